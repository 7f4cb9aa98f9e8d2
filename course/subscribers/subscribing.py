"""Subscribing to a newsletter: asked for, and confirmed by the button in a letter."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from course.models import Enrollment, Request, Subscriber, Subscription, SubscriptionState
from course.subscribers import consents
from course.subscribers.consents import Outdated


def ask(session: Session, subscriber: Subscriber, request: Request) -> Subscription | None:
    """Keep the consent; the subscription waits until it is confirmed.

    None where the form asked for no newsletter, or its reader left that one since.
    """
    if request.newsletter_id is None:
        return None
    found = _subscription(session, subscriber, request.newsletter_id)
    if found.left_at is not None and request.asked_at < found.left_at:
        return None
    if found.asked_at is None or (found.left_at and found.asked_at <= found.left_at):
        found.asked_at = request.asked_at
    words, place = request.newsletter_wording, request.place
    if not is_active(found):
        found.course_id, found.zone = request.course_id, request.zone
        found.wording, found.place = words, place
    consents.keep(session, found.subscriber_id, words, place, request.asked_at)
    session.flush()
    return found


def confirm(
    session: Session, subscription: Subscription, now: datetime, issued_at: datetime | None = None
) -> None:
    """The button was pressed: the next issue comes.

    Pressed twice, it changes nothing. Raises `Outdated` where the link, made at `issued_at`, had
    been asked for before its reader left.
    """
    session.refresh(subscription, with_for_update={"key_share": True})
    if is_active(subscription):
        return
    if issued_at is not None and is_outdated(subscription, issued_at):
        raise Outdated
    subscription.state, subscription.since = SubscriptionState.ACTIVE, now
    subscription.left_at = None
    consents.confirm(session, subscription.subscriber_id, now)
    session.flush()


def confirm_asked_with(
    session: Session, enrollment: Enrollment, now: datetime, issued_at: datetime | None
) -> None:
    """The newsletters that the confirmed course's letter spoke of: asked for at the same form."""
    for subscription in asked_with(session, enrollment, issued_at):
        confirm(session, subscription, now)


def asked_with(
    session: Session, enrollment: Enrollment, issued_at: datetime | None
) -> list[Subscription]:
    """What a course's confirmation of that age confirms besides, and is not confirmed yet."""
    found = session.exec(
        select(Subscription).where(
            Subscription.subscriber_id == enrollment.subscriber_id,
            Subscription.course_id == enrollment.course_id,
            Subscription.state != SubscriptionState.ACTIVE,
            col(Subscription.asked_at).is_not(None),
        )
    )
    return [one for one in found if _is_asked(one) and not _is_older(one, issued_at)]


def is_active(subscription: Subscription) -> bool:
    return subscription.state is SubscriptionState.ACTIVE


def is_outdated(subscription: Subscription, issued_at: datetime) -> bool:
    """Whether a confirmation's link is of before its reader left.

    While nothing was confirmed or left, every link holds: people press the first of two letters.
    """
    if subscription.state is not SubscriptionState.LEFT:
        return False
    return not _is_asked(subscription) or _is_older(subscription, issued_at)


def _is_asked(subscription: Subscription) -> bool:
    """Since it was last left."""
    asked_at, left_at = subscription.asked_at, subscription.left_at
    return asked_at is not None and (left_at is None or asked_at > left_at)


def _is_older(subscription: Subscription, issued_at: datetime | None) -> bool:
    """A link names the minute it was made in."""
    if issued_at is None or subscription.asked_at is None:
        return False
    return issued_at + timedelta(minutes=1) <= subscription.asked_at


def _subscription(session: Session, subscriber: Subscriber, newsletter_id: int) -> Subscription:
    known = session.exec(
        select(Subscription).where(
            Subscription.subscriber_id == subscriber.id,
            Subscription.newsletter_id == newsletter_id,
        )
    ).one_or_none()
    found = known or Subscription(subscriber_id=subscriber.id or 0, newsletter_id=newsletter_id)
    session.add(found)
    return found
