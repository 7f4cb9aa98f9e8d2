"""Moments as a letter or a page says them: the reader's zone, the course's language (CLDR)."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import dates

from course.i18n.catalogs import Catalog
from sequences.schedule import known_zone

# A day doesn't leave its month; and the fonts of mail programs have no narrow space.
_BREAKS = re.compile(r"(?<=\d) (?=\w)|(?<=\d\.) (?=\w)|(?<=\w) (?=\d)|\N{NARROW NO-BREAK SPACE}")

# CLDR has `1 janvier`, which no one says or writes.
_FRENCH_FIRST = re.compile(r"\b1\b")


def day(at: datetime, zone: str, catalog: Catalog) -> str:
    """`Tuesday, December 8`: the weekday may stand on another line than the date."""
    return date_in_words(at.astimezone(ZoneInfo(known_zone(zone))).date(), catalog)


def date_in_words(local: date, catalog: Catalog) -> str:
    """As `day`, of a date on the reader's calendar."""
    return _formatted(local, catalog, _day_pattern(catalog))


def full_day(at: datetime, zone: str, catalog: Catalog) -> str:
    """`Tuesday, December 8, 2026`: where it is read again in another year."""
    local = at.astimezone(ZoneInfo(known_zone(zone))).date()
    return _formatted(local, catalog, "full")


@lru_cache(maxsize=4096)
def hour(local: time, catalog: Catalog) -> str:
    """`7:30 PM`, `19:30` or `19 h 30`, of a wall-clock time."""
    at = datetime.combine(date(2000, 1, 1), local)
    pattern = _french_hour(local) if _is_french(catalog) else "short"
    return _unbroken(dates.format_time(at, pattern, locale=catalog.locale))


def moment(at: datetime, zone: str, catalog: Catalog) -> str:
    """`Tuesday, December 8 at 7:30 PM`; in UTC, and saying so, where the zone is no more."""
    return _moment(at, zone, catalog, day)


def full_moment(at: datetime, zone: str, catalog: Catalog) -> str:
    """`Tuesday, December 8, 2026 at 7:30 PM`: where it is read again in another year."""
    return _moment(at, zone, catalog, full_day)


def on_day(named: str, local: time, catalog: Catalog) -> str:
    """`Tuesday at 7:30 PM`, of a day or a date in words."""
    return catalog.gettext("%(day)s at %(hour)s", day=named, hour=hour(local, catalog))


def weekdays(catalog: Catalog) -> list[str]:
    """From Monday on, as they stand alone."""
    names = dates.get_day_names("wide", context="stand-alone", locale=catalog.locale)
    return [names[number] for number in range(7)]


def iso(at: datetime, zone: str) -> str:
    """For programs: ISO 8601 with the zone's offset at that moment."""
    return at.astimezone(ZoneInfo(known_zone(zone)) if zone else UTC).isoformat(timespec="seconds")


def _moment(
    at: datetime, zone: str, catalog: Catalog, in_words: Callable[[datetime, str, Catalog], str]
) -> str:
    known = known_zone(zone)
    local = at.astimezone(ZoneInfo(known))
    said = on_day(in_words(at, known, catalog), local.time(), catalog)
    return said if known == zone else f"{said} UTC"


@lru_cache(maxsize=4096)
def _formatted(local: date, catalog: Catalog, pattern: str) -> str:
    said = _unbroken(dates.format_date(local, pattern, locale=catalog.locale))
    if local.day == 1 and _is_french(catalog):
        return _FRENCH_FIRST.sub("1er", said, count=1)
    return said


@lru_cache(maxsize=64)
def _day_pattern(catalog: Catalog) -> str:
    """CLDR has it short for every language (`E, d. MMM`); the names are written out."""
    known = catalog.locale.datetime_skeletons
    pattern = known[dates.match_skeleton("MMMMEd", known) or "MMMEd"].pattern
    return re.sub(r"E+|c+", "EEEE", re.sub(r"MMM+|LLL+", "MMMM", pattern))


def _french_hour(local: time) -> str:
    """A pattern of CLDR: `19 h`, but `19 h 30`."""
    return "H 'h' mm" if local.minute else "H 'h'"


def _is_french(catalog: Catalog) -> bool:
    return catalog.locale.language == "fr"


def _unbroken(said: str) -> str:
    return _BREAKS.sub("\N{NO-BREAK SPACE}", said)
