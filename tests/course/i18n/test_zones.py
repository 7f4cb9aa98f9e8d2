"""The list of time zones, as a reader looks through it."""

from course.i18n import zones
from course.i18n.catalogs import catalog_of


def test_a_place_is_found_where_its_first_letter_is_without_an_accent() -> None:
    regions = dict(zones.by_region(catalog_of("fr")))
    places = [place for _, place in regions["Europe"]]
    assert places.index("Jersey") > places.index("Île de Man") > places.index("Helsinki")
