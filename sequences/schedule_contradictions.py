"""What in a schedule contradicts itself: distances that its days don't have."""

from collections.abc import Iterator
from typing import NamedTuple

from sequences.course_schedule import Schedule
from sequences.pattern import DAY


class Contradiction(NamedTuple):
    """`key` is the one to mend. Severity as `Finding` has it."""

    key: str
    message: str
    remedy: str
    severity: str = "error"


def contradictions(schedule: Schedule) -> Iterator[Contradiction]:
    yield from _delay(schedule)
    yield from _nudge_after(schedule)
    yield from _lateness(schedule)


def _delay(schedule: Schedule) -> Iterator[Contradiction]:
    """Some of several days would never have a letter. One may wait: every second Tuesday."""
    gap, delay = schedule.pattern.shortest_gap, schedule.delay
    several = len(schedule.days) + len(schedule.dates) > 1 and schedule.every is None
    if several and delay is not None and delay.days > gap:
        message = f"delay is longer than the {_days(gap)} that some of these days are apart."
        yield Contradiction("delay", message, f'Write "{_days(gap)}" or less, or take delay out.')


def _nudge_after(schedule: Schedule) -> Iterator[Contradiction]:
    wait = schedule.longest_wait
    if schedule.nudge_after is None or schedule.nudge_after < wait * DAY:
        return
    message = f"The next letter comes within {_days(wait)}, so nobody would be asked again."
    shorter = f'Write "{_days(wait - 1)}" or less, or take' if wait > 1 else "Take"
    yield Contradiction("nudge_after", message, f"{shorter} nudge_after out.", "warning")


def _lateness(schedule: Schedule) -> Iterator[Contradiction]:
    pattern = schedule.pattern
    between = max(schedule.distance(pattern), pattern.shortest_gap * DAY)
    if schedule.lateness > between:
        message = f"lateness is longer than {_days(between.days)}: two letters could come at once."
        remedy = f'Write "{_days(between.days)}" or less.'
        yield Contradiction("lateness", message, remedy, "warning")


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"
