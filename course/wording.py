"""Moments and names as a letter or a page says them, in the subscriber's own zone."""

from datetime import datetime
from zoneinfo import ZoneInfo


def day(at: datetime, zone: str) -> str:
    """`Tuesday, 8 December`."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%A}, {local.day} {local:%B}"


def moment(at: datetime, zone: str) -> str:
    """`Tuesday, 8 December at 19:30`."""
    return f"{day(at, zone)} at {at.astimezone(ZoneInfo(zone)):%H:%M}"


def greeting(first_name: str) -> str:
    return f"Dear {first_name}," if first_name else "Hello,"


def next_line(next_send_at: datetime | None, zone: str, what: str = "next letter") -> str:
    """What happens next and when; empty where nothing is to come."""
    return f"The {what} comes on {moment(next_send_at, zone)}." if next_send_at else ""
