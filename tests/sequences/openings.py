"""When a window opens, asked of the clock and not of the code."""

from bisect import bisect
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from sequences.schedule import Window, next_send_at

NO_DELAY, DAY, MINUTE = timedelta(0), timedelta(days=1), timedelta(minutes=1)
ZONES = sorted(available_timezones())
BEGINS, ENDS = datetime(2024, 1, 1, tzinfo=UTC), datetime(2034, 12, 31, tzinfo=UTC)


def walk(window: Window, begins: datetime, ends: datetime) -> list[datetime]:
    """Opening after opening, as long as they are before `ends`."""
    found = [next_send_at(begins, NO_DELAY, window)]
    while found[-1] < ends:
        found.append(next_send_at(found[-1], NO_DELAY, window))
    return found[:-1]


@cache
def changes(zone: str) -> list[datetime]:
    """The first instants after each change of the zone's distance from UTC, from 2024 to 2034.

    No two changes of these years lie within a week.
    """
    weeks = [BEGINS + n * 7 * DAY for n in range((ENDS - BEGINS).days // 7)]
    info = ZoneInfo(zone)
    offsets = [week.astimezone(info).utcoffset() for week in weeks]
    return [
        change_between(one, other, info)
        for (one, before), (other, after) in pairwise(zip(weeks, offsets, strict=True))
        if before != after
    ]


def change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    old = before.astimezone(zone).utcoffset()
    while after - before > MINUTE:
        middle = before + (after - before) // MINUTE // 2 * MINUTE
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after


def first_shown(day: date, at: time, zone: str) -> datetime:
    """Asked of the clock, not of the code: when it first shows that hour of that date, or later.

    Either it gets there minute by minute, at some distance from UTC, or a change brings it there.
    """
    info, wall = ZoneInfo(zone), datetime.combine(day, at)
    middle = wall.replace(tzinfo=UTC)
    around = [middle + n * DAY for n in (-2, 2)]
    moments = [middle - (one.astimezone(info).utcoffset() or NO_DELAY) for one in around]
    moments += changes(zone)[bisect(changes(zone), around[0]) : bisect(changes(zone), around[1])]
    return min(m for m in moments if m.astimezone(info).replace(tzinfo=None) >= wall)


def first_shown_between(window: Window, begins: datetime, ends: datetime) -> list[datetime]:
    """One for every allowed date there is. (From 2024 to 2034 no zone skips a whole date.)"""
    first = begins.astimezone(ZoneInfo(window.zone)).date() - DAY
    dates = [first + n * DAY for n in range((ends - begins).days + 4)]
    found = [first_shown(d, window.at, window.zone) for d in dates if window.pattern.includes(d)]
    return [opening for opening in found if begins < opening < ends]
