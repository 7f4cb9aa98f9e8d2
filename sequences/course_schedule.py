"""The schedule of a course: its days and hour, its distances, and what a reader may choose."""

from dataclasses import dataclass
from datetime import time, timedelta
from functools import cached_property

from sequences.pattern import DAY, WEEK, Pattern
from sequences.schedule import Window


@dataclass(frozen=True)
class Schedule:
    """The course's own days and hour, and its distances.

    `days` of the week, or `dates` of the month: the other is empty. `delay`: at least this many
    days between two letters. `nudge_after`: none means never. `lateness`: how late a letter may
    still go out. `first_at_once`: the first lesson does not wait for its day.
    """

    days: frozenset[int]
    at: time
    delay: timedelta | None
    nudge_after: timedelta | None
    lateness: timedelta
    dates: tuple[int, ...] = ()
    first_at_once: bool = False

    @cached_property
    def pattern(self) -> Pattern:
        return Pattern(self.days, frozenset(self.dates))

    @property
    def every(self) -> int | None:
        """Every so many days, whatever day of the week that is; none where the days are named."""
        return max(1, self.distance(self.pattern).days) if self.days == WEEK else None

    @property
    def longest_wait(self) -> int:
        """Days between two letters, at most."""
        distance, gap = self.distance(self.pattern).days, self.pattern.longest_gap
        return gap if distance <= self.pattern.shortest_gap else distance + gap - 1

    @property
    def most_days(self) -> int:
        """How many days of the week a reader may choose; 0 where the course itself names none.

        As many as letters come in a week: a `delay` longer than its days are apart lets some pass.
        """
        if self.dates or (self.every or 1) > 1:
            return 0
        fit = len(WEEK) // max(1, self.distance(self.pattern).days) if self.delay else len(WEEK)
        return max(1, min(len(self.days), fit))

    def window(
        self, zone: str, days: frozenset[int] | None = None, at: time | None = None
    ) -> Window:
        """For one reader, with days and an hour of their own where they chose some."""
        return Window(Pattern(days) if days else self.pattern, self.at if at is None else at, zone)

    def distance(self, pattern: Pattern) -> timedelta:
        """The least between two letters on these days.

        Where no `delay` is written it is half of their shortest gap, rounded up: it passes none
        over, and whoever asks for a letter between two days is not sent the next one at once. A
        reader's own days that are more than the course has by now are as far apart as its days.
        """
        if self.delay is not None:
            return self.delay
        if pattern != self.pattern and len(pattern.days) > self.most_days:
            return self.pattern.shortest_gap * DAY
        return timedelta(days=(pattern.shortest_gap + 1) // 2)
