"""Ada's first Tuesday, and which lessons have arrived."""

from datetime import UTC, datetime, timedelta

from sqlmodel import col, select

from course.db.transactions import reading
from course.models import Delivery, DeliveryKind, DeliveryState
from tests.support.world import World

TUESDAY = datetime(2026, 12, 8, 18, 30, tzinfo=UTC)  # 19:30 in Berlin
MINUTE, HOUR, DAY, WEEK = (timedelta(minutes=m) for m in (1, 60, 1440, 10080))


def lessons(world: World) -> list[str]:
    """The slots of all lessons that arrived, in order."""
    with reading(world.runtime.engine) as session:
        return list(
            session.exec(
                select(Delivery.slot)
                .where(col(Delivery.kind).in_((DeliveryKind.LESSON, DeliveryKind.CLOSING)))
                .where(Delivery.state == DeliveryState.SENT)
                .order_by(col(Delivery.sent_at))
            )
        )
