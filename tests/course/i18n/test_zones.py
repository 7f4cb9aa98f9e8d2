"""The list of time zones, as a reader looks through it."""

from collections import Counter

import pytest

from course.i18n import zones
from course.i18n.catalogs import catalog_of, languages
from sequences.schedule import zone_names


def test_a_place_is_found_where_its_first_letter_is_without_an_accent() -> None:
    regions = dict(zones.by_region(catalog_of("fr")))
    places = [choice.place for choice in regions["Europe"]]
    assert places.index("Jersey") > places.index("Île de Man") > places.index("Helsinki")


@pytest.mark.parametrize("language", [*languages(), "ar"])
def test_every_place_is_there_once(language: str) -> None:
    for region, choices in zones.by_region(catalog_of(language)):
        [(place, times)] = Counter(choice.place for choice in choices).most_common(1)
        assert times == 1, (region, place)


def test_a_name_that_a_browser_says_is_a_zone_of_the_list_or_an_alias_of_one() -> None:
    listed = [choice for _, choices in zones.by_region(catalog_of("en")) for choice in choices]
    said = {name for choice in listed for name in (choice.zone, *choice.aliases)}
    cities = {name for name in zone_names() if name.partition("/")[0] in zones.TERRITORIES}
    assert cities - said == set()
    (kolkata,) = [choice for choice in listed if choice.place == "Kolkata"]
    assert kolkata == ("Asia/Kolkata", "Kolkata", ("Asia/Calcutta",))
