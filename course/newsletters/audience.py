"""Who gets a newsletter."""

from typing import Any

from sqlalchemy import exists, func, select
from sqlmodel import Session, col

from course.models import (
    Enrollment,
    Subscriber,
    SubscriberState,
    Suppression,
)

_enrollment: Any = Enrollment.__table__  # type: ignore[attr-defined]
_subscriber: Any = Subscriber.__table__  # type: ignore[attr-defined]


def audience_size(session: Session) -> int:
    """How many would get a broadcast now."""
    wanting = select(func.count()).select_from(_subscriber).where(*in_audience())
    placed = exists().where(_enrollment.c.subscriber_id == _subscriber.c.id)
    return int(session.connection().execute(wanting.where(placed)).scalar_one())


def in_audience() -> tuple[Any, ...]:
    """Conditions on the table `subscriber`: confirmed, not suppressed, and newsletters wanted."""
    suppressed = exists().where(col(Suppression.address_key) == _subscriber.c.address_key)
    confirmed = _subscriber.c.state == SubscriberState.CONFIRMED
    return confirmed, _subscriber.c.newsletters, ~suppressed
