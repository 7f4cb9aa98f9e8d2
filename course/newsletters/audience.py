"""Who gets a newsletter."""

from sqlalchemy import ColumnElement, exists, func, literal, select
from sqlmodel import Session, col

from course.letters import consent
from course.models import Delivery, DeliveryKind, Enrollment, Subscriber, Suppression
from course.models.columns import table

_enrollment = table(Enrollment)
_subscriber = table(Subscriber)


def audience_size(session: Session) -> int:
    """How many would get a broadcast now."""
    wanting = select(func.count()).select_from(_subscriber).where(in_audience())
    placed = exists().where(_enrollment.c.subscriber_id == _subscriber.c.id)
    return int(session.connection().execute(wanting.where(placed)).scalar_one())


def in_audience() -> ColumnElement[bool]:
    """A condition on the table `subscriber`: who gets a broadcast."""
    kind = literal(DeliveryKind.BROADCAST, table(Delivery).c.kind.type)
    suppressed = exists().where(col(Suppression.address_key) == _subscriber.c.address_key)
    return consent.may_be_written_to(kind, suppressed)
