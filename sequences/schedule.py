"""When the next letter goes out: wall-clock hours in the reader's zone, right across every change.

Days are counted on the window's calendar and not in hours, so that a week with a daylight-saving
change in it is a week.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from sequences.pattern import DAY, Pattern


@dataclass(frozen=True, slots=True)
class Window:
    """On which days, at which hour, in whose zone.

    `at`: naive wall-clock time. `zone`: an IANA name. Raises `ValueError` for anything else.
    """

    pattern: Pattern
    at: time
    zone: str

    def __post_init__(self) -> None:
        if self.at.tzinfo is not None:
            raise ValueError("the hour is on the wall clock and has no zone of its own")
        zone_info(self.zone)


def next_send_at(after: datetime, delay: timedelta, window: Window) -> datetime:
    """The first opening of `window` past `after`, at least `delay` later on the calendar.

    `after` is aware; `delay` counts whole days; the answer is in UTC. A wall-clock time skipped by
    a change opens at the first instant after the gap; one that exists twice opens the first time.
    """
    day = _date_of(after, window) + timedelta(days=delay.days)
    while True:
        if window.pattern.includes(day):
            opening = opening_on(day, window)
            if opening is not None and opening > after:
                return opening
        day += DAY


def opening_on(day: date, window: Window) -> datetime | None:
    """The window's opening on one date, in UTC; none where the zone skips that whole date."""
    zone = zone_info(window.zone)
    wall = datetime.combine(day, window.at.replace(fold=0), zone)
    opening = wall.astimezone(UTC)
    if opening.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return opening
    end_of_gap = _end_of_gap(wall)
    # Greenland's gap ends at midnight, so Saturday's 23:30 opens as Sunday begins; but Samoa had
    # no 30 December 2011 at all: neither side of its gap shows that date.
    sides = (end_of_gap - timedelta(seconds=1), end_of_gap)
    return end_of_gap if day in {side.astimezone(zone).date() for side in sides} else None


@cache
def zone_names() -> frozenset[str]:
    """Every zone that this machine knows. It looks through hundreds of files, once a process."""
    return frozenset(available_timezones())


def known_zone(name: str) -> str:
    """The zone itself, or UTC where this machine does not know it (any more)."""
    try:
        zone_info(name)
    except ValueError:
        return "UTC"
    return name


@lru_cache(maxsize=1024)
def zone_info(name: str) -> ZoneInfo:
    """Raises `ValueError` for a name that is no zone's."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is not the name of a time zone") from error


def _date_of(at: datetime, window: Window) -> date:
    """On the window's calendar: of an opening that a gap moved past midnight, the date before."""
    local = at.astimezone(zone_info(window.zone))
    before = local.date() - DAY
    return before if local.time() < window.at and opening_on(before, window) == at else local.date()


def _end_of_gap(wall: datetime) -> datetime:
    """The first instant after the gap that `wall` falls into, in UTC.

    In a gap, fold 0 reads the clock by the offset before it and fold 1 by the offset after it
    (PEP 495); the change lies between the two, at a whole second.
    """
    zone = wall.tzinfo
    before, after = wall.replace(fold=1).astimezone(UTC), wall.replace(fold=0).astimezone(UTC)
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before).total_seconds() // 2)
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after
