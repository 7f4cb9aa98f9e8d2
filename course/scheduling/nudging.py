"""Nudging: who got a lesson and has written nothing is asked its question once more."""

from datetime import datetime

from sqlmodel import Session, col, select

from course.letters import catalogue
from course.models import Delivery, DeliveryKind, DeliveryState, EnrollmentState, Reflection
from course.outbox import deliveries
from course.outbox.deliveries import LetterOrder
from course.outbox.orders import Enqueuer, order
from course.scheduling import due
from course.scheduling.due import DueEnrollment

_ASKED = ("nudge_at",)


def nudge_due(session: Session, enqueuer: Enqueuer, now: datetime) -> int:
    """Ask once more about a lesson that arrived, if nothing was written.

    A nudge that is late is dropped, and so is one about a lesson that nobody can have read. How
    many enrollments there were.
    """
    if not (found := due.lock_due(session, "nudge_at", now)):
        return 0
    editions = catalogue.EditionCache(session)
    unanswered = _arrived(session, found) - _answered(session, found)
    letters = []
    for enrollment in found:
        if (enrollment.id, enrollment.round, enrollment.nudge_step) not in unanswered:
            continue
        if nudge := _nudge(editions, enrollment, now):
            letters.append((nudge, [enqueuer.new_delivery(enrollment)]))
    deliveries.put(session, letters)
    due.save(session, _ASKED, [(None, [(enrollment.id,) for enrollment in found])])
    return len(found)


def _nudge(
    editions: catalogue.EditionCache, enrollment: DueEnrollment, now: datetime
) -> LetterOrder | None:
    """None where there is nothing to ask, or it is too late to."""
    try:
        edition = editions.current(enrollment.course_id)
    except LookupError as error:
        due.log_stuck(enrollment, error)
        return None
    limit = edition.sequence.schedule.lateness
    step, due_at = enrollment.nudge_step or "", enrollment.nudge_at or now
    if enrollment.state is not EnrollmentState.ACTIVE or not edition.asks(step):
        return None
    if now - due_at > limit:
        return None
    return order(edition, DeliveryKind.NUDGE, step, due_at, now, limit)


def _answered(session: Session, found: list[DueEnrollment]) -> set[tuple[int, int, str]]:
    """The (enrollment, round, lesson) that have a reflection."""
    rows = session.exec(
        select(Reflection.enrollment_id, Reflection.round, Reflection.step).where(
            col(Reflection.enrollment_id).in_([enrollment.id for enrollment in found])
        )
    )
    return set(rows)


def _arrived(session: Session, found: list[DueEnrollment]) -> set[tuple[int | None, int, str]]:
    """The (enrollment, round, lesson) that the server took, or may have taken."""
    rows = session.exec(
        select(Delivery.enrollment_id, Delivery.round, Delivery.slot).where(
            col(Delivery.enrollment_id).in_([enrollment.id for enrollment in found]),
            Delivery.kind == DeliveryKind.LESSON,
            col(Delivery.state).in_((DeliveryState.SENT, DeliveryState.UNCERTAIN)),
        )
    )
    return set(rows)
