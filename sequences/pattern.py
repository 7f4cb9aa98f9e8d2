"""On which days letters go out: days of the week, or dates of the month."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

DAY = timedelta(days=1)
WEEK = frozenset(range(7))
MONTH = frozenset(range(1, 32))


@dataclass(frozen=True, slots=True)
class Pattern:
    """Days of the week (0 = Monday to 6 = Sunday) or dates of the month (1 to 31): one of the two.

    A month that is too short for a date has its last day instead. Raises `ValueError` for
    anything else.
    """

    days: frozenset[int] = frozenset()
    dates: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if bool(self.days) == bool(self.dates):
            raise ValueError("a pattern has days of the week or dates of the month")
        if not self.days <= WEEK:
            raise ValueError(f"days must be some of 0 (Monday) to 6 (Sunday), not {self.days}")
        if not self.dates <= MONTH:
            raise ValueError(f"dates must be some of 1 to 31, not {self.dates}")

    def includes(self, day: date) -> bool:
        if self.days:
            return day.weekday() in self.days
        return day.day in self.dates or (max(self.dates) > day.day and (day + DAY).day == 1)

    @property
    def shortest_gap(self) -> int:
        """Days between two of its days that follow each other, where they are nearest."""
        return _gaps(self)[0]

    @property
    def longest_gap(self) -> int:
        return _gaps(self)[1]


EVERY_DAY = Pattern(WEEK)


@lru_cache(maxsize=1024)
def _gaps(pattern: Pattern) -> tuple[int, int]:
    """The shortest and the longest of a year and a leap year, with a month around them."""
    first, last = date(2022, 12, 1), date(2025, 1, 31)
    days = (first + n * DAY for n in range((last - first).days + 1))
    gaps = {(two - one).days for one, two in pairwise(filter(pattern.includes, days))}
    return min(gaps), max(gaps)
