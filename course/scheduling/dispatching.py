"""Dispatching: whose lesson is due gets a delivery, and the hour of the step after it.

Hundreds at a time. Readers of one zone who wait for the same lesson at the same hour are a cohort:
what comes next is the same for them, so it is decided once for all of them.
"""

import json
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from sqlmodel import Session

from course.letters import catalogue, course_states
from course.models import DeliveryKind, EnrollmentState
from course.outbox import deliveries
from course.outbox.deliveries import LetterOrder
from course.outbox.orders import Enqueuer, order
from course.scheduling import due
from course.scheduling.due import Change, DueEnrollment
from sequences.progress import Finish, Progress, Send, Wait, decide, nudge_at
from sequences.schedule import Window
from sequences.sequence import CLOSING

# An enrollment that can't go on (a zone that is no more, say) is looked at again after so long.
STUCK = timedelta(hours=1)


class EnrollmentUpdate(NamedTuple):
    """The enrollment's columns after a letter was written."""

    state: EnrollmentState
    done: str
    last_sent_at: datetime | None
    next_send_at: datetime | None
    nudge_at: datetime | None
    nudge_step: str | None
    paused_until: datetime | None = None


_WAIT = ("next_send_at",)
_FINISH = ("state", "next_send_at")


class Cohort(NamedTuple):
    """Enrollments for which the same comes next. `update` is none where nothing is sent."""

    decision: LetterOrder | Wait | Finish
    update: EnrollmentUpdate | None
    members: list[DueEnrollment]

    def after(self, *values: Any) -> Change:
        """What their columns are from now on."""
        return *values, [(member.id,) for member in self.members]


def dispatch_due(session: Session, enqueuer: Enqueuer, now: datetime) -> int:
    """Write up to a batch of letters whose hour has come; how many enrollments there were."""
    if not (found := due.lock_due(session, "next_send_at", now)):
        return 0
    letters, updates, waits, ends = [], [], [], []
    for cohort in Decider(session, now).cohorts(found):
        match cohort:
            case Cohort(LetterOrder() as wanted, EnrollmentUpdate() as update):
                letters.append(
                    (wanted, [enqueuer.new_delivery(member) for member in cohort.members])
                )
                updates.append(cohort.after(*update))
            case Cohort(Wait() as decision):
                waits.append(cohort.after(decision.until))
            case Cohort(Finish()):
                ends.append(cohort.after(EnrollmentState.FINISHED, None))
    deliveries.put(session, letters)
    due.save(session, EnrollmentUpdate._fields, updates)
    due.save(session, _WAIT, waits)
    due.save(session, _FINISH, ends)
    return len(found)


class Decider:
    """What comes next for the enrollments of one batch, decided once for all that are alike."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session, self._now = session, now
        self._editions = catalogue.EditionCache(session)

    def cohorts(self, found: list[DueEnrollment]) -> list[Cohort]:
        known: dict[Any, Cohort] = {}
        for enrollment in found:
            hour = (enrollment.next_send_at, enrollment.zone, enrollment.days, enrollment.at)
            alike = (enrollment.course_id, enrollment.done, *hour)
            if (cohort := known.get(alike)) is None:
                cohort = known[alike] = Cohort(*self._decided(enrollment), [])
            cohort.members.append(enrollment)
        return list(known.values())

    @cached_property
    def _withdrawn(self) -> dict[int, str]:
        return course_states.withdrawn(self._session)

    def _decided(
        self, enrollment: DueEnrollment
    ) -> tuple[LetterOrder | Wait | Finish, EnrollmentUpdate | None]:
        if enrollment.course_id in self._withdrawn:
            return Finish(), None
        try:
            edition = self._editions.current(enrollment.course_id)
            window = edition.window(enrollment)
            done = frozenset(json.loads(enrollment.done))
            progress = Progress(done, enrollment.next_send_at, window)
            decision = decide(edition.sequence, progress, self._now)
            if not isinstance(decision, Send):
                return decision, None
            return self._order(edition, decision), _update(edition, enrollment, window, decision)
        except (LookupError, ValueError) as error:
            due.log_stuck(enrollment, error)
            return Wait(self._now + STUCK), None

    def _order(self, edition: catalogue.Edition, decision: Send) -> LetterOrder:
        kind = DeliveryKind.CLOSING if decision.step == CLOSING else DeliveryKind.LESSON
        limit = edition.sequence.schedule.lateness
        return order(edition, kind, decision.step, decision.slot, self._now, limit)


def _update(
    edition: catalogue.Edition, enrollment: DueEnrollment, window: Window, decision: Send
) -> EnrollmentUpdate:
    schedule = edition.sequence.schedule
    over = decision.next_send_at is None
    asks = not over and edition.asks(decision.step)
    return EnrollmentUpdate(
        state=EnrollmentState.FINISHED if over else EnrollmentState.ACTIVE,
        done=json.dumps([*json.loads(enrollment.done), decision.step]),
        last_sent_at=decision.slot,
        next_send_at=decision.next_send_at,
        nudge_at=nudge_at(schedule, decision.slot, window) if asks else None,
        nudge_step=decision.step if asks else None,
    )
