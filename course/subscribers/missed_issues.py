"""The issues that somebody missed who left a newsletter and returned within the hour."""

from datetime import datetime

from sqlalchemy import ColumnElement, Text, and_, cast, or_
from sqlmodel import Session, col, select

from course.models import Broadcast, Delivery, DeliveryKind, DeliveryState, Subscription
from course.models.delivery import OF_SUBSCRIPTION
from course.outbox import deliveries
from course.outbox.claims import NOT_WRITTEN_TO
from course.outbox.deliveries import HELD_BACK, LetterOrder
from course.outbox.orders import Enqueuer


def send_missed(session: Session, enqueuer: Enqueuer, place: Subscription, now: datetime) -> None:
    """What was withdrawn unsent comes due again, as the same row; what was written meanwhile for
    everybody else gets its row now. The row's key keeps anything from coming twice.
    """
    orders = [
        (_order(issue, now), [enqueuer.of_subscription(place)])
        for issue in session.exec(select(Broadcast).where(*_missed(place, now)))
    ]
    deliveries.put(session, orders, OF_SUBSCRIPTION)


def _missed(place: Subscription, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Conditions on issues that are due since they subscribed, and not too late.

    One that a server may have taken, or that a person has looked at, is none of them.
    """
    row = and_(
        col(Delivery.subscription_id) == place.id,
        col(Delivery.kind) == DeliveryKind.BROADCAST,
        col(Delivery.slot) == cast(col(Broadcast.id), Text),
    )
    untouched = and_(
        row,
        col(Delivery.state) == DeliveryState.WITHDRAWN,
        col(Delivery.uncertainties) == 0,
        col(Delivery.words).not_in((NOT_WRITTEN_TO, HELD_BACK)),
    )
    written_meanwhile = or_(
        col(Broadcast.written_at).is_(None), col(Broadcast.written_at) >= place.left_at
    )
    return (
        col(Broadcast.newsletter_id) == place.newsletter_id,
        or_(col(Broadcast.reached) >= place.id, col(Broadcast.written_at).is_not(None)),
        col(Broadcast.due_at) >= place.since,
        or_(col(Broadcast.not_after).is_(None), col(Broadcast.not_after) > now),
        or_(
            select(Delivery.id).where(untouched).exists(),
            and_(written_meanwhile, ~select(Delivery.id).where(row).exists()),
        ),
    )


def _order(issue: Broadcast, now: datetime) -> LetterOrder:
    kind, slot = DeliveryKind.BROADCAST, str(issue.id)
    return LetterOrder(kind, slot, issue.letter_id, issue.due_at, issue.not_after, now)
