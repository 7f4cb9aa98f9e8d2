"""Letters that are written and not sent yet are taken back, and their steps come again."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from course.letters import catalogue
from course.models import Delivery, DeliveryKind, DeliveryState, Enrollment, EnrollmentState
from course.outbox import deliveries
from sequences.schedule import next_send_at

TOO_LATE = "later than the newsletter's limit"


def undo_steps(enrollment: Enrollment, steps: set[str]) -> None:
    """These steps were not sent after all: their turn comes again."""
    enrollment.done = [step for step in enrollment.done if step not in steps]
    if enrollment.state is EnrollmentState.FINISHED:
        enrollment.state = EnrollmentState.ACTIVE
    enrollment.nudge_at = None


def recall_unsent(session: Session, enrollment: Enrollment) -> None:
    """Withdraw the unsent letters of this enrollment and give their steps back."""
    taken = deliveries.withdraw(
        session,
        col(Delivery.enrollment_id) == enrollment.id,
        col(Delivery.kind).in_(deliveries.PACED),
    )
    steps = {slot for kind, slot in taken if kind in deliveries.STEPS}
    if steps:
        undo_steps(enrollment, steps)
        enrollment.last_sent_at = _last_sent_at(session, enrollment)


def recall_out_of_turn(session: Session, delivery_ids: list[int], now: datetime) -> int:
    """Take back written letters that are out of their turn; how many there were.

    Either their hour is over, or the reader paused or began anew while the server was putting
    them off. A step comes again in its turn, at the next opening and not at three in the morning;
    a nudge is dropped, and an issue held.
    """
    held = _hold_issues(session, delivery_ids, now)
    found = session.exec(
        select(Delivery, Enrollment)
        .join(Enrollment, col(Enrollment.id) == Delivery.enrollment_id)
        .where(col(Delivery.id).in_(delivery_ids), deliveries.is_waiting(now))
        .with_for_update(skip_locked=True, key_share=True, of=(Delivery, Enrollment))
    ).all()
    editions = catalogue.EditionCache(session)
    for delivery, enrollment in found:
        delivery.state, delivery.try_at = DeliveryState.WITHDRAWN, None
        if delivery.kind in deliveries.STEPS and delivery.round == enrollment.round:
            undo_steps(enrollment, {delivery.slot})
            if enrollment.state is EnrollmentState.ACTIVE:
                enrollment.next_send_at = _opening(editions, enrollment, now)
    return len(found) + held


def _hold_issues(session: Session, delivery_ids: list[int], now: datetime) -> int:
    """Nobody waits for a newsletter: a person says whether it still goes out."""
    late = update(Delivery).where(
        col(Delivery.id).in_(delivery_ids),
        col(Delivery.kind) == DeliveryKind.BROADCAST,
        deliveries.is_waiting(now),
    )
    held = session.execute(
        late.values(state=DeliveryState.HELD, try_at=None, words=TOO_LATE).execution_options(
            synchronize_session=False
        )
    )
    return int(held.rowcount)  # type: ignore[attr-defined]


def _opening(editions: catalogue.EditionCache, enrollment: Enrollment, now: datetime) -> datetime:
    """Where the course can't be read it is now, and the clock says what is wrong."""
    try:
        window = editions.current(enrollment.course_id).window(enrollment)
    except catalogue.NoSuchCourse:
        return now
    return next_send_at(now, timedelta(0), window)


def _last_sent_at(session: Session, enrollment: Enrollment) -> datetime | None:
    return session.exec(
        select(func.max(Delivery.due_at)).where(
            Delivery.enrollment_id == enrollment.id,
            col(Delivery.kind).in_(deliveries.STEPS),
            Delivery.state != DeliveryState.WITHDRAWN,
        )
    ).one()
