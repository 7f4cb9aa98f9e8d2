"""The time zones that one may choose, by region, as CLDR names their cities in each language."""

import unicodedata
from functools import lru_cache
from typing import NamedTuple

from babel import core, dates

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


class Choice(NamedTuple):
    """One place: `Europe/Rome`, `Rom`. `aliases` are other names of its zone, such as older ones,
    which some browsers still say.
    """

    zone: str
    place: str
    aliases: tuple[str, ...] = ()


@lru_cache(maxsize=32)
def by_region(catalog: Catalog) -> list[tuple[str, list[Choice]]]:
    """Each region and its places, each once (CLDR's, which are those of IANA's zone.tab)."""
    regions = {name: catalog.locale.territories[code] for name, code in TERRITORIES.items()}
    regions |= {name: catalog.gettext(sea) for name, sea in SEAS.items()}
    found: dict[str, list[Choice]] = {region: [] for region in sorted(regions)}
    aliases = _aliases()
    for zone in zone_names() & core.get_global("zone_territories").keys():
        region, _, place = zone.partition("/")
        if region in found and place:
            found[region].append(Choice(zone, _place(zone, catalog), aliases.get(zone, ())))
    return [(regions[name], sorted(found[name], key=_by_place)) for name in found]


def _aliases() -> dict[str, tuple[str, ...]]:
    """By the zone that they are other names of; only those that this machine knows."""
    found: dict[str, tuple[str, ...]] = {}
    for alias, zone in sorted(core.get_global("zone_aliases").items()):
        if alias in zone_names():
            found[zone] = (*found.get(zone, ()), alias)
    return found


def _place(zone: str, catalog: Catalog) -> str:
    city: str = dates.get_timezone_location(zone, locale=catalog.locale, return_city=True)
    return city.replace("_", " ")


def _by_place(choice: Choice) -> str:
    """`Île de Man` stands before `Jersey`, not after the last letter."""
    return unicodedata.normalize("NFKD", choice.place.casefold())
