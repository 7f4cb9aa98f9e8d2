"""Moments as a letter or a page says them: the reader's zone, the course's language (CLDR)."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, dates

from course.i18n.catalogs import Catalog
from sequences.schedule import known_zone

# A day doesn't leave its month; and the fonts of mail programs have no narrow space.
_BREAKS = re.compile(r"(?<=\d) (?=\w)|(?<=\d\.) (?=\w)|(?<=\w) (?=\d)|\N{NARROW NO-BREAK SPACE}")

# CLDR has `1 janvier`, which no one says or writes.
_FRENCH_FIRST = re.compile(r"\b1\b")

# `7:30 de la tarde`: the full stop of `p. m.` would meet the one at the end of a sentence.
_SPANISH_TWELVE_HOURS = Locale("es", "MX")


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
    """`7:30 PM`, `19:30`, `19 h 30` or, with its article, `las 19:30`: of a wall-clock time."""
    match catalog.locale.language:
        case "fr":
            return _hour(local, _french_hour(local), catalog.locale)
        case "es":
            return _spanish_hour(local, catalog.locale)
        case _:
            return _hour(local, "short", catalog.locale)


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
    match catalog.locale.language:
        case "fr" if local.day == 1:
            return _FRENCH_FIRST.sub("1er", said, count=1)
        case "es":  # Within a sentence: `el martes 8 de diciembre`.
            return said.replace(",", "", 1)
        case _:
            return said


@lru_cache(maxsize=64)
def _day_pattern(catalog: Catalog) -> str:
    """CLDR has it short for every language (`E, d. MMM`); the names are written out."""
    known = catalog.locale.datetime_skeletons
    pattern = known[dates.match_skeleton("MMMMEd", known) or "MMMEd"].pattern
    return re.sub(r"E+|c+", "EEEE", re.sub(r"MMM+|LLL+", "MMMM", pattern))


def _hour(local: time, pattern: str, locale: Locale) -> str:
    at = datetime.combine(date(2000, 1, 1), local)
    return _unbroken(dates.format_time(at, pattern, locale=locale))


def _french_hour(local: time) -> str:
    """A pattern of CLDR: `19 h`, but `19 h 30`."""
    return "H 'h' mm" if local.minute else "H 'h'"


def _spanish_hour(local: time, locale: Locale) -> str:
    """`las 19:30`, but `la 1:30`; where a day has twice twelve hours, `las 7:30 de la tarde`."""
    if "a" in dates.get_time_format("short", locale).pattern:
        said = _hour(local, "h:mm B", _SPANISH_TWELVE_HOURS)
    else:
        said = _hour(local, "short", locale)
    return _unbroken(f"{'la' if said.startswith('1:') else 'las'} {said}")


def _unbroken(said: str) -> str:
    return _BREAKS.sub("\N{NO-BREAK SPACE}", said)
