"""The time zones that one may choose, by region, as CLDR names their cities in each language."""

import unicodedata
from functools import lru_cache

from babel import dates

from course.i18n.catalogs import Catalog, marked
from sequences.schedule import zone_names

# How a zone's name begins → the territory in CLDR (UN M49, ISO 3166).
TERRITORIES = {
    "Africa": "002",
    "America": "019",
    "Antarctica": "AQ",
    "Asia": "142",
    "Australia": "AU",
    "Europe": "150",
}
# CLDR has no names for these.
SEAS = {
    "Arctic": marked("Arctic Ocean"),
    "Atlantic": marked("Atlantic Ocean"),
    "Indian": marked("Indian Ocean"),
    "Pacific": marked("Pacific Ocean"),
}


@lru_cache(maxsize=32)
def by_region(catalog: Catalog) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each region, and its zones with the place that each is named for: `Europe/Rome`, `Rom`."""
    regions = {name: catalog.locale.territories[code] for name, code in TERRITORIES.items()}
    regions |= {name: catalog.gettext(sea) for name, sea in SEAS.items()}
    found: dict[str, list[tuple[str, str]]] = {region: [] for region in sorted(regions)}
    for zone in zone_names():
        region, _, place = zone.partition("/")
        if region in found and place:
            found[region].append((zone, _place(zone, catalog)))
    return [(regions[name], sorted(found[name], key=_by_place)) for name in found]


def _place(zone: str, catalog: Catalog) -> str:
    city: str = dates.get_timezone_location(zone, locale=catalog.locale, return_city=True)
    return city.replace("_", " ")


def _by_place(choice: tuple[str, str]) -> str:
    """`Île de Man` stands before `Jersey`, not after the last letter."""
    return unicodedata.normalize("NFKD", choice[1].casefold())
