"""What is sent next to one reader, and when: the decision, and nothing else."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sequences.course_schedule import Schedule
from sequences.pattern import EVERY_DAY
from sequences.schedule import Window, next_send_at
from sequences.sequence import Sequence

NO_DELAY = timedelta(0)


@dataclass(frozen=True)
class Progress:
    """Where a reader stands.

    `done`: ids of the steps sent or skipped in this round. `next_send_at`: the slot of the next
    letter, aware; none while the reader waits to be told.
    """

    done: frozenset[str]
    next_send_at: datetime | None
    window: Window


@dataclass(frozen=True)
class Send:
    """Send `step` for `slot`; the one after it at `next_send_at`, or never: it was the last."""

    step: str
    slot: datetime
    next_send_at: datetime | None


@dataclass(frozen=True)
class Wait:
    """Nothing now. `until`: when to look again."""

    until: datetime | None


@dataclass(frozen=True)
class Finish:
    """Nothing is left to send."""


def decide(sequence: Sequence, progress: Progress, now: datetime) -> Send | Wait | Finish:
    """The first step that is not done, so lessons may be moved, added and removed meanwhile.

    Later than its lateness limit, it waits for the next opening.
    """
    left = sequence.steps_left(progress.done)
    if not left:
        return Finish()
    slot = progress.next_send_at
    if slot is None or slot > now:
        return Wait(slot)
    schedule = sequence.schedule
    if now - slot > schedule.lateness:
        return Wait(next_send_at(now, NO_DELAY, progress.window))
    return Send(left[0], slot, _after(slot, schedule, progress.window) if left[1:] else None)


def first_send_at(schedule: Schedule, confirmed_at: datetime, window: Window) -> datetime:
    """At once, or at the first opening after confirming."""
    if schedule.first_at_once:
        return confirmed_at
    return next_send_at(confirmed_at, NO_DELAY, window)


def resume_at(
    schedule: Schedule, now: datetime, window: Window, last_sent_at: datetime | None
) -> datetime:
    """The next opening past `now`, and far enough from the last letter."""
    soonest = next_send_at(now, NO_DELAY, window)
    if last_sent_at is None:
        return soonest
    return max(soonest, _after(last_sent_at, schedule, window))


def nudge_at(schedule: Schedule, slot: datetime, window: Window) -> datetime | None:
    """At the reader's hour, some days after the lesson, whatever the weekday."""
    if schedule.nudge_after is None:
        return None
    return next_send_at(slot, schedule.nudge_after, Window(EVERY_DAY, window.at, window.zone))


def _after(slot: datetime, schedule: Schedule, window: Window) -> datetime:
    return next_send_at(slot, schedule.distance(window.pattern), window)
