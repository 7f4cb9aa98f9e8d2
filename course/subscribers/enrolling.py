"""Enrolling in a course: asked for, confirmed by the button in a letter, begun."""

from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from course.letters import catalogue, course_states
from course.models import Delivery, DeliveryKind, Enrollment, EnrollmentState, Request, Subscriber
from course.outbox.orders import Enqueuer
from course.subscribers import consents, subscribing
from course.subscribers.consents import Outdated
from sequences.progress import first_send_at

UNCONFIRMED = (EnrollmentState.PENDING, EnrollmentState.LEFT)


def ask(
    session: Session, subscriber: Subscriber, request: Request, now: datetime
) -> Enrollment | None:
    """Keep the consent; the enrollment waits until it is confirmed.

    None where the form asked for no course, or that one was left or withdrawn since.
    """
    if request.course_id is None or request.course_id in course_states.withdrawn(session):
        return None
    found = _enrollment(session, subscriber, request.course_id, now)
    if found.left_at is not None and request.asked_at < found.left_at:
        return None
    if found.state is EnrollmentState.PENDING:
        found.zone = request.zone
    consents.keep(session, found.subscriber_id, request.wording, request.place, request.asked_at)
    session.flush()
    return found


def confirm(
    session: Session,
    enqueuer: Enqueuer,
    enrollment: Enrollment,
    now: datetime,
    issued_at: datetime | None = None,
) -> None:
    """The button was pressed: the sampler goes out at once, the first lesson at its hour.

    So does what was asked for with it. Pressed twice, it changes nothing. Somebody who had left
    begins anew. Raises `Outdated` where the link, made at `issued_at`, had been asked for before
    they left, and `Withdrawn` where the course was.
    """
    course_states.require_given(session, enrollment.course_id)
    session.refresh(enrollment, with_for_update={"key_share": True})
    if enrollment.state in UNCONFIRMED:
        if issued_at is not None and is_outdated(session, enrollment, issued_at):
            raise Outdated
        _confirm(session, enqueuer, enrollment, now)
    subscribing.confirm_asked_with(session, enrollment, now, issued_at)


def is_outdated(session: Session, enrollment: Enrollment, issued_at: datetime) -> bool:
    """Whether a confirmation's link is of before its reader left.

    While nothing was confirmed or left, every link holds: people press the first of two letters.
    """
    if enrollment.state is not EnrollmentState.LEFT:
        return False
    if enrollment.left_after is None:
        return True
    asked_at = session.scalar(
        select(func.min(Delivery.created_at)).where(
            Delivery.enrollment_id == enrollment.id,
            Delivery.kind == DeliveryKind.CONFIRMATION,
            col(Delivery.id) > enrollment.left_after,
        )
    )
    minute = timedelta(minutes=1)
    return asked_at is None or issued_at + minute <= asked_at


def begin(session: Session, enrollment: Enrollment, now: datetime) -> None:
    """The first lesson comes at once or at the next opening, as its course says."""
    edition = catalogue.current(session, enrollment.course_id)
    schedule, window = edition.sequence.schedule, edition.window(enrollment)
    enrollment.state = EnrollmentState.ACTIVE
    enrollment.done = []
    enrollment.next_send_at = first_send_at(schedule, now, window)
    enrollment.nudge_at = enrollment.nudge_step = enrollment.paused_until = None


def _confirm(session: Session, enqueuer: Enqueuer, enrollment: Enrollment, now: datetime) -> None:
    consents.confirm(session, enrollment.subscriber_id, now)
    if enrollment.state is EnrollmentState.LEFT:
        enrollment.round += 1
    enrollment.left_at = enrollment.left_from = None
    begin(session, enrollment, now)
    session.flush()
    enqueuer.enqueue(session, enrollment, DeliveryKind.SAMPLER, "sampler", now)


def _enrollment(
    session: Session, subscriber: Subscriber, course_id: int, now: datetime
) -> Enrollment:
    known = session.exec(
        select(Enrollment).where(
            Enrollment.subscriber_id == subscriber.id, Enrollment.course_id == course_id
        )
    ).one_or_none()
    found = known or Enrollment(
        subscriber_id=subscriber.id or 0, course_id=course_id, created_at=now
    )
    session.add(found)
    return found
