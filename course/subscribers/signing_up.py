"""Signing up: for a course, for a newsletter, or for both at one form.

Nothing begins before the button in the letter that follows is pressed: anyone can type an address.
"""

from datetime import datetime, timedelta

from sqlmodel import Session, select

from course.models import (
    DeliveryKind,
    Enrollment,
    Request,
    Subscriber,
    SubscriberState,
    Subscription,
)
from course.outbox.orders import Enqueuer, written_to
from course.subscribers import enrolling, subscribing

# Letters in a day to who never confirmed: of one course or newsletter, and of all.
MOST_OF_ONE, MOST = 3, 6

DAY = timedelta(days=1)


def sign_up(session: Session, enqueuer: Enqueuer, request: Request, now: datetime) -> None:
    """Keep each consent, and write one letter: please confirm, or you are here already.

    Raises `ValueError` for a request that asks for nothing.
    """
    if request.course_id is None and request.newsletter_id is None:
        raise ValueError("a sign-up for neither a course nor a newsletter")
    subscriber = _subscriber(session, request, now)
    if subscriber.left_at is not None and request.asked_at < subscriber.left_at:
        return  # left since: that is the last word
    enrollment = enrolling.ask(session, subscriber, request, now)
    subscription = subscribing.ask(session, subscriber, request)
    # Who never confirmed may have asked for nothing. The links hold for a week.
    stranger = subscriber.state is SubscriberState.PENDING
    if stranger and written_to(session, subscriber, DeliveryKind.CONFIRMATION, now - DAY) >= MOST:
        return
    _write(session, enqueuer, enrollment, subscription, now, MOST_OF_ONE if stranger else None)


def _write(
    session: Session,
    enqueuer: Enqueuer,
    enrollment: Enrollment | None,
    subscription: Subscription | None,
    now: datetime,
    most: int | None,
) -> None:
    """A course's letter confirms the newsletter that was asked for with it as well."""
    confirmation, already = DeliveryKind.CONFIRMATION, DeliveryKind.ALREADY
    open_ = subscription if subscription and not subscribing.is_active(subscription) else None
    if enrollment is not None and enrollment.state in enrolling.UNCONFIRMED:
        again = _again(enrollment, open_)
        enqueuer.enqueue_requested(session, enrollment, confirmation, now, again, most=most)
    elif open_ is not None:
        again = f"{open_.left_at:%Y-%m-%d %H:%M}" if open_.left_at else None
        enqueuer.enqueue_requested(session, open_, confirmation, now, again, most=most)
    elif place := enrollment or subscription:
        enqueuer.enqueue_daily(session, place, already, now)


def _again(enrollment: Enrollment, subscription: Subscription | None) -> str | None:
    """What makes this confirmation another one than those before it."""
    left = None if enrollment.left_after is None else str(enrollment.left_after)
    with_it = f"with {subscription.newsletter_id}" if subscription else None
    return " ".join(filter(None, (left, with_it))) or None


def _subscriber(session: Session, request: Request, now: datetime) -> Subscriber:
    """Their row, locked."""
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
