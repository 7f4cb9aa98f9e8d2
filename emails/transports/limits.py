"""How much one transport may carry: so many letters a second, so many a day.

    rate=5                      letters a second (0: no limit; 0.2 is one in five seconds)
    day=2000                    letters a day, from midnight to midnight UTC (0: no limit)
    warmup=2026-12-01:50,100    so many on that day, so many on the next …, then as `day` says
    domain_rate=2               letters a second to the recipients of any one domain (0: no limit)

A server that nobody knows yet is believed more if it begins with few letters.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self
from urllib.parse import parse_qs

OPTIONS = ("rate", "day", "warmup", "domain_rate")

HIGHEST_RATE, HIGHEST_NUMBER = 100_000.0, 100_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """None is no limit. `ramp` begins at `since`, a number for each day.

    `domain_rate` is for each recipient's domain by itself; the others are for the transport.
    """

    rate: float | None = None
    day: int | None = None
    since: date | None = None
    ramp: tuple[int, ...] = ()
    domain_rate: float | None = None

    @classmethod
    def at(cls, url: str) -> Self:
        """The limits in a mail URL's options. Raises `ValueError`."""
        query = url.partition("?")[2]
        options = {name: values[-1] for name, values in parse_qs(query).items()}
        since, ramp = _ramp(options["warmup"]) if "warmup" in options else (None, ())
        rate, domain_rate = (_rate(options, name) for name in ("rate", "domain_rate"))
        return cls(rate, _day(options.get("day", "0")), since, ramp, domain_rate)

    @property
    def any(self) -> bool:
        """Whether the transport itself has one."""
        return self.rate is not None or self.day is not None or bool(self.ramp)

    def on(self, day: date) -> int | None:
        """How many letters that day may see."""
        warming = (day - self.since).days if self.since is not None else -1
        if 0 <= warming < len(self.ramp):
            number = self.ramp[warming]
            return number if self.day is None else min(number, self.day)
        return self.day


def _rate(options: Mapping[str, str], name: str) -> float | None:
    try:
        rate = float(options.get(name, "0"))
    except ValueError as error:
        raise ValueError(f"{name} is a number of letters a second.") from error
    if not 0 <= rate <= HIGHEST_RATE:
        raise ValueError(f"{name} is a number of letters a second, from 0 to {HIGHEST_RATE:,.0f}.")
    return rate or None


def _day(text: str) -> int | None:
    if not text.isdecimal() or int(text) > HIGHEST_NUMBER:
        raise ValueError(f"day is a number of letters, from 0 to {HIGHEST_NUMBER:,}.")
    return int(text) or None


def _ramp(text: str) -> tuple[date, tuple[int, ...]]:
    day, _, listed = text.partition(":")
    numbers = listed.split(",")
    if not all(number.isdecimal() and 0 < int(number) <= HIGHEST_NUMBER for number in numbers):
        raise ValueError("warmup is a day and a number for each: 2026-12-01:50,100,200")
    try:
        return date.fromisoformat(day), tuple(map(int, numbers))
    except ValueError as error:
        raise ValueError("warmup begins with a day: 2026-12-01:50,100,200") from error
