"""Lengths of time, and rates, as an operator reads them: in English."""

from datetime import timedelta


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
