"""Who gets an issue: the active subscriptions of its newsletter."""

from sqlalchemy import ColumnElement, exists, func, select
from sqlmodel import Session, col

from course.models import Subscriber, Subscription, Suppression
from course.models.columns import table
from course.models.subscription import ACTIVE

_subscription = table(Subscription)
_subscriber = table(Subscriber)


def audience_size(session: Session, newsletter_id: int) -> int:
    """How many would get an issue now."""
    counted = select(func.count()).select_from(_subscription)
    wanting = counted.join(_subscriber, _subscriber.c.id == _subscription.c.subscriber_id)
    in_it = (ACTIVE, _subscription.c.newsletter_id == newsletter_id, is_not_suppressed())
    return int(session.connection().execute(wanting.where(*in_it)).scalar_one())


def is_not_suppressed() -> ColumnElement[bool]:
    """A condition on the table `subscriber`."""
    return ~exists().where(col(Suppression.address_key) == _subscriber.c.address_key)
