"""Leaving a course, a newsletter or everything, and returning on the spot.

Nothing comes any more from this moment on, but for what is asked for after leaving. The journal is
closed, and stays until it is erased.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Text, cast, func
from sqlmodel import Session, col, select

from course.letters import consent
from course.models import (
    Broadcast,
    Delivery,
    DeliveryKind,
    Enrollment,
    EnrollmentState,
    Subscriber,
    SubscriberState,
    Subscription,
    SubscriptionState,
)
from course.models.enrollment import BEGUN
from course.outbox import deliveries
from course.outbox.orders import AnyPlace, Enqueuer, is_of
from course.subscribers import missed_issues, pacing, recalls, session_epochs
from course.subscribers.place import find_place


def leave(session: Session, place: AnyPlace, now: datetime) -> bool:
    """Leave this course or this newsletter and no other; whether they had not left it before."""
    session.refresh(place, with_for_update={"key_share": True})
    if isinstance(place, Subscription):
        left = _leave_newsletter(session, place, now)
    else:
        left = _leave_course(session, place, now)
    session.flush()
    subscriber = session.get_one(Subscriber, place.subscriber_id)
    if left and not gets_anything(session, subscriber):
        subscriber.state, subscriber.left_at = SubscriberState.LEFT, now
    session.flush()
    return left


def leave_everything(session: Session, subscriber: Subscriber, now: datetime) -> list[AnyPlace]:
    """Every course and every newsletter; those that they had not left before."""
    return [place for place in places(session, subscriber) if leave(session, place, now)]


def return_to(session: Session, place: AnyPlace, enqueuer: Enqueuer, now: datetime) -> None:
    """As it was before they left; what was written and not sent comes in its turn."""
    session.refresh(place, with_for_update={"key_share": True})
    if isinstance(place, Subscription):
        returned = _return_to_newsletter(session, place, enqueuer, now)
    else:
        returned = _return_to_course(session, place, now)
    if returned:
        subscriber = session.get_one(Subscriber, place.subscriber_id)
        confirmed = subscriber.confirmed_at is not None
        subscriber.state = SubscriberState.CONFIRMED if confirmed else SubscriberState.PENDING
        subscriber.left_at = None
    session.flush()


def places(session: Session, subscriber: Subscriber) -> list[AnyPlace]:
    """Every course and newsletter that they have not left, confirmed or not."""
    return [place for place in all_places(session, subscriber) if place.state != "left"]


def all_places(session: Session, subscriber: Subscriber) -> list[AnyPlace]:
    """Left or not: the courses, then the newsletters, each in the order of their rows."""
    enrollments = select(Enrollment).where(Enrollment.subscriber_id == subscriber.id)
    subscriptions = select(Subscription).where(Subscription.subscriber_id == subscriber.id)
    return [
        *session.exec(enrollments.order_by(col(Enrollment.id))),
        *session.exec(subscriptions.order_by(col(Subscription.id))),
    ]


def gets_anything(session: Session, subscriber: Subscriber) -> bool:
    """Whether they are in a course or in a newsletter."""
    return any(
        place.state in (*BEGUN, SubscriptionState.ACTIVE) for place in places(session, subscriber)
    )


def _leave_course(session: Session, enrollment: Enrollment, now: datetime) -> bool:
    if enrollment.state is EnrollmentState.LEFT:
        return False
    # Steps whose letters were not sent come again, should they return.
    recalls.recall_unsent(session, enrollment)
    enrollment.left_from, enrollment.state = enrollment.state.value, EnrollmentState.LEFT
    # The end of a pause stays, for who returns on the spot.
    enrollment.next_send_at = enrollment.nudge_at = None
    newest = select(func.coalesce(func.max(Delivery.id), 0)).where(is_of(enrollment))
    enrollment.left_after, enrollment.left_at = session.exec(newest).one(), now
    # An issue of before there were subscriptions is of an enrollment, and no part of the course.
    _withdraw(session, is_of(enrollment), col(Delivery.kind) != DeliveryKind.BROADCAST)
    session_epochs.close_journal(session, enrollment.subscriber_id)
    return True


def _leave_newsletter(session: Session, subscription: Subscription, now: datetime) -> bool:
    if subscription.state is SubscriptionState.LEFT:
        return False
    subscription.state, subscription.left_at = SubscriptionState.LEFT, now
    _withdraw(session, is_of(subscription))
    _withdraw(session, *_issues_of_before(subscription))
    return True


def _issues_of_before(subscription: Subscription) -> tuple[ColumnElement[bool], ...]:
    """This newsletter's, of an enrollment: written before there were subscriptions."""
    enrolled = select(Enrollment.id).where(Enrollment.subscriber_id == subscription.subscriber_id)
    issues = select(cast(col(Broadcast.id), Text)).where(
        Broadcast.newsletter_id == subscription.newsletter_id
    )
    return (
        col(Delivery.enrollment_id).in_(enrolled),
        col(Delivery.kind) == DeliveryKind.BROADCAST,
        col(Delivery.slot).in_(issues),
    )


def _withdraw(session: Session, *which: ColumnElement[bool]) -> None:
    deliveries.withdraw(session, *which, col(Delivery.kind).not_in(consent.AFTER_LEAVING))


def _return_to_course(session: Session, enrollment: Enrollment, now: datetime) -> bool:
    if enrollment.state is not EnrollmentState.LEFT or enrollment.left_from is None:
        return False
    enrollment.state = EnrollmentState(enrollment.left_from)
    enrollment.left_from = enrollment.left_after = enrollment.left_at = None
    place = find_place(session, enrollment.id or 0)
    if place is not None:
        pacing.move_next(session, place, now)
    return True


def _return_to_newsletter(
    session: Session, subscription: Subscription, enqueuer: Enqueuer, now: datetime
) -> bool:
    if subscription.state is not SubscriptionState.LEFT:
        return False
    if subscription.since is not None and subscription.left_at is not None:
        missed_issues.send_missed(session, enqueuer, subscription, now)
    confirmed = subscription.since is not None
    subscription.state = SubscriptionState.ACTIVE if confirmed else SubscriptionState.PENDING
    subscription.left_at = None
    return True
