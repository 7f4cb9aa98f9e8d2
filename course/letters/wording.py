"""Moments and names as a letter or a page says them, in the subscriber's own zone."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sequences.schedule import known_zone


def day(at: datetime, zone: str) -> str:
    """`Tuesday, 8 December`."""
    local = at.astimezone(ZoneInfo(known_zone(zone)))
    return f"{local:%A}, {local.day} {local:%B}"


def moment(at: datetime, zone: str) -> str:
    """`Tuesday, 8 December at 19:30`."""
    known = known_zone(zone)
    hour = f"{day(at, known)} at {at.astimezone(ZoneInfo(known)):%H:%M}"
    return hour if known == zone else f"{hour} UTC"


def greeting(first_name: str) -> str:
    return f"Dear {first_name}," if first_name else "Hello,"


def next_line(next_send_at: datetime | None, zone: str, what: str = "next letter") -> str:
    """What happens next and when; empty where nothing is to come."""
    return f"The {what} comes on {moment(next_send_at, zone)}." if next_send_at else ""


def span(length: timedelta) -> str:
    """`3 days`, `2 hours`, `5 minutes` or `12 seconds`: the largest of them that is full."""
    seconds = int(length.total_seconds())
    for name, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= size:
            number = seconds // size
            return f"{number} {name}{'' if number == 1 else 's'}"
    return f"{seconds} second{'' if seconds == 1 else 's'}"


def jump(seconds: float) -> str:
    """`3 days ahead of` or `12 minutes behind` the time that it should be."""
    side = "ahead of" if seconds > 0 else "behind"
    return f"{span(timedelta(seconds=abs(seconds)))} {side}"


def a_minute(rate: float) -> str:
    """`1,200 a minute`; below ten with one decimal place."""
    return f"{rate:,.0f} a minute" if rate >= 10 or not rate else f"{rate:.1f} a minute"
