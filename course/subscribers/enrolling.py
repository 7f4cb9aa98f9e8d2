"""Signing up, confirming, leaving and being erased."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, update
from sqlmodel import Session, col, select

from course.letters import catalogue, consent, course_states
from course.models import (
    Consent,
    Delivery,
    DeliveryKind,
    Enrollment,
    EnrollmentState,
    Request,
    Subscriber,
    SubscriberState,
)
from course.outbox import deliveries
from course.outbox.orders import Enqueuer
from course.subscribers import session_epochs
from sequences.progress import first_send_at

UNCONFIRMED = (EnrollmentState.PENDING, EnrollmentState.LEFT)


class Outdated(Exception):
    """What would be confirmed was asked for before its reader left."""


def sign_up(session: Session, enqueuer: Enqueuer, request: Request, now: datetime) -> None:
    """Keep the consent and write one letter: please confirm, or you are here already.

    Nothing else changes before the button in that letter is pressed: anyone can type an address.
    """
    if request.course_id in course_states.withdrawn(session):
        return  # since it was asked for
    subscriber = _subscriber(session, request, now)
    enrollment = _enrollment(session, subscriber, request, now)
    if subscriber.left_at is not None and request.asked_at < subscriber.left_at:
        return  # left since: that is the last word
    session.add(
        Consent(
            subscriber_id=_id(subscriber),
            wording=request.wording,
            place=request.place,
            given_at=request.asked_at,
        )
    )
    session.flush()
    if enrollment.state in UNCONFIRMED:
        kind, left_after = DeliveryKind.CONFIRMATION, enrollment.left_after
        # Who never confirmed may have asked for nothing. The links hold for a week.
        most = 3 if subscriber.state is SubscriberState.PENDING else None
        enqueuer.enqueue_requested(session, enrollment, kind, now, again=left_after, most=most)
    else:
        enqueuer.enqueue_daily(session, enrollment, DeliveryKind.ALREADY, now)


def confirm(
    session: Session,
    enqueuer: Enqueuer,
    enrollment: Enrollment,
    now: datetime,
    issued_at: datetime | None = None,
) -> None:
    """The button was pressed: the sampler goes out at once, the first lesson at its hour.

    Pressed twice, it changes nothing. Somebody who had left begins anew. Raises `Outdated` where
    the link, made at `issued_at`, had been asked for before they left, and `Withdrawn` where the
    course was.
    """
    course_states.require_given(session, enrollment.course_id)
    session.refresh(enrollment, with_for_update={"key_share": True})
    if enrollment.state not in UNCONFIRMED:
        return
    if issued_at is not None and is_outdated(session, enrollment, issued_at):
        raise Outdated
    subscriber = session.get_one(Subscriber, enrollment.subscriber_id)
    subscriber.state, subscriber.left_at = SubscriberState.CONFIRMED, None
    subscriber.newsletters = True  # the consent that was just given says so
    subscriber.confirmed_at = subscriber.confirmed_at or now
    if enrollment.state is EnrollmentState.LEFT:
        enrollment.round += 1
    begin(session, enrollment, now)
    session.flush()
    enqueuer.enqueue(session, enrollment, DeliveryKind.SAMPLER, "sampler", now)


def confirm_by_link(
    session: Session, enqueuer: Enqueuer, enrollment_id: int, now: datetime, issued_at: datetime
) -> bool:
    """As `confirm`, of an enrollment by its id; whether it is there (or was erased)."""
    enrollment = session.get(Enrollment, enrollment_id)
    if enrollment is not None:
        confirm(session, enqueuer, enrollment, now, issued_at)
    return enrollment is not None


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


def leave_by_link(session: Session, enrollment_id: int, now: datetime) -> bool | None:
    """What a link to leave does, in a letter of this enrollment; whether it ended that alone.

    None where it was erased.
    """
    enrollment = session.get(Enrollment, enrollment_id)
    if enrollment is None:
        return None
    if alone := is_of_this_course_alone(session, enrollment):
        _end(session, col(Enrollment.id) == enrollment.id)
    else:
        leave(session, session.get_one(Subscriber, enrollment.subscriber_id), now)
    return alone


def is_of_this_course_alone(session: Session, enrollment: Enrollment) -> bool:
    """Whether leaving by this enrollment's letters leaves the reader's other courses alone.

    It does where they never confirmed it: somebody else may have typed their address.
    """
    subscriber = session.get_one(Subscriber, enrollment.subscriber_id)
    return subscriber.state is SubscriberState.CONFIRMED and not session.scalar(
        select(func.count()).where(
            Delivery.enrollment_id == enrollment.id, Delivery.kind == DeliveryKind.SAMPLER
        )
    )


def leave(session: Session, subscriber: Subscriber, now: datetime) -> None:
    """No more letters, from this moment on. The journal is closed, and stays until it is erased."""
    subscriber.state, subscriber.left_at = SubscriberState.LEFT, now
    subscriber.newsletters = False
    _end(session, col(Enrollment.subscriber_id) == subscriber.id)
    session.flush()
    session_epochs.close_journal(session, _id(subscriber))


def _end(session: Session, which: ColumnElement[bool]) -> None:
    """These enrollments: nothing is sent any more, but for what is asked for after leaving."""
    newest = select(func.coalesce(func.max(Delivery.id), 0)).where(
        col(Delivery.enrollment_id) == Enrollment.id
    )
    nothing: dict[str, None] = {"next_send_at": None, "nudge_at": None, "paused_until": None}
    ended = update(Enrollment).where(which)
    session.execute(ended.values(state="left", left_after=newest.scalar_subquery(), **nothing))
    deliveries.withdraw(
        session,
        col(Delivery.enrollment_id).in_(select(Enrollment.id).where(which)),
        col(Delivery.kind).not_in(consent.AFTER_LEAVING),
    )


def _subscriber(session: Session, request: Request, now: datetime) -> Subscriber:
    key = request.address_key
    known = session.exec(
        select(Subscriber).where(Subscriber.address_key == key).with_for_update(key_share=True)
    ).one_or_none()
    if known is None:
        known = Subscriber(address=request.address, address_key=key, created_at=now)
    if known.state is SubscriberState.PENDING:
        known.first_name = request.first_name
    session.add(known)
    session.flush()
    return known


def _enrollment(
    session: Session, subscriber: Subscriber, request: Request, now: datetime
) -> Enrollment:
    known = session.exec(
        select(Enrollment).where(
            Enrollment.subscriber_id == subscriber.id, Enrollment.course_id == request.course_id
        )
    ).one_or_none()
    if known is None:
        course_id = request.course_id or 0
        known = Enrollment(subscriber_id=_id(subscriber), course_id=course_id, created_at=now)
    if known.state is EnrollmentState.PENDING:
        known.zone = request.zone
    session.add(known)
    session.flush()
    return known


def _id(subscriber: Subscriber) -> int:
    if subscriber.id is None:
        raise ValueError("the subscriber has no row yet")
    return subscriber.id
