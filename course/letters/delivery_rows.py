"""A delivery joined with its enrollment and subscriber: all that its message has to know."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlmodel import col

from course.models import Delivery, DeliveryKind, Enrollment, Subscriber


class DeliveryRow(NamedTuple):
    """Plain values, times in UTC. `next_send_at` is when the enrollment's next letter comes."""

    delivery_id: int
    kind: DeliveryKind
    slot: str
    round: int
    letter_id: int
    message_id: str
    attempts: int
    due_at: datetime
    enrollment_id: int
    next_send_at: datetime | None
    subscriber_id: int
    address: str
    first_name: str
    zone: str


def select_delivery_rows(*more: Any) -> Select[Any]:
    """The columns of a `DeliveryRow`, and any others after them."""
    columns: tuple[Any, ...] = (
        col(Delivery.id),
        col(Delivery.kind),
        col(Delivery.slot),
        col(Delivery.round),
        col(Delivery.letter_id),
        col(Delivery.message_id),
        col(Delivery.attempts),
        col(Delivery.due_at),
        col(Enrollment.id),
        col(Enrollment.next_send_at),
        col(Subscriber.id),
        col(Subscriber.address),
        col(Subscriber.first_name),
        col(Enrollment.zone),
        *more,
    )
    return (
        select(*columns)
        .join(Enrollment, col(Enrollment.id) == Delivery.enrollment_id)
        .join(Subscriber, col(Subscriber.id) == Enrollment.subscriber_id)
    )
