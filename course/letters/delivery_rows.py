"""A delivery joined with its place and its subscriber: all that its message has to know.

Whoever asks for a delivery's subscriber joins them here: by its enrollment, or by its subscription.
"""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, null, select

from course.models import Delivery, DeliveryKind, Enrollment, Subscriber, Subscription
from course.models.columns import table

_delivery, _subscriber = table(Delivery), table(Subscriber)
_enrollment, _subscription = table(Enrollment), table(Subscription)

# The columns by which a delivery finds its subscriber; in one row one of them is NULL.
PLACES = ("enrollment_id", "subscription_id")


class DeliveryRow(NamedTuple):
    """Plain values, times in UTC. Of `enrollment_id` and `subscription_id` one is none.

    `next_send_at` is when the enrollment's next letter comes.
    """

    delivery_id: int
    kind: DeliveryKind
    slot: str
    round: int
    letter_id: int
    message_id: str
    attempts: int
    due_at: datetime
    enrollment_id: int | None
    next_send_at: datetime | None
    subscriber_id: int
    address: str
    first_name: str
    zone: str
    subscription_id: int | None = None


def select_delivery_rows(*more: Any) -> Select[Any]:
    """The columns of a `DeliveryRow`, and any others after them."""
    zone = func.coalesce(_enrollment.c.zone, _subscription.c.zone)
    found: Select[Any] = with_subscriber(select(*_columns(zone, _subscription.c.id), *more))
    return found


def select_enrolled_rows(*more: Any) -> Select[Any]:
    """The same of enrollments alone: nothing else comes at its hour, and many do at once."""
    return (
        select(*_columns(_enrollment.c.zone, null()), *more)
        .select_from(_delivery)
        .join(_enrollment, _enrollment.c.id == _delivery.c.enrollment_id)
        .join(_subscriber, _subscriber.c.id == _enrollment.c.subscriber_id)
    )


def with_subscriber(query: Any, of: Any = _delivery) -> Any:
    """A query of deliveries, joined with `enrollment`, `subscription` and `subscriber`.

    `of` is the table, or a subquery with its columns. One of the first two is all NULL.
    """
    subscriber_id = func.coalesce(_enrollment.c.subscriber_id, _subscription.c.subscriber_id)
    return (
        query.select_from(of)
        .outerjoin(_enrollment, _enrollment.c.id == of.c.enrollment_id)
        .outerjoin(_subscription, _subscription.c.id == of.c.subscription_id)
        .join(_subscriber, _subscriber.c.id == subscriber_id)
    )


def _columns(zone: Any, subscription_id: Any) -> tuple[Any, ...]:
    return (
        _delivery.c.id,
        _delivery.c.kind,
        _delivery.c.slot,
        _delivery.c.round,
        _delivery.c.letter_id,
        _delivery.c.message_id,
        _delivery.c.attempts,
        _delivery.c.due_at,
        _enrollment.c.id,
        _enrollment.c.next_send_at,
        _subscriber.c.id,
        _subscriber.c.address,
        _subscriber.c.first_name,
        zone,
        subscription_id,
    )
