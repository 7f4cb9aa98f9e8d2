"""Readers and hours, what the mail server says to each, and how deliveries and letters stand."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlmodel import col, select

from course.db.transactions import reading
from course.models import Delivery, Suppression
from course.sending import delivering
from emails.errors import TransportError
from emails.transports.memory import MemoryTransport
from tests.support.world import World

ADA, GRACE, MALLORY = "ada@example.org", "grace@example.org", "mallory@example.org"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
NOON = datetime(2026, 12, 4, 12, tzinfo=UTC)

Make = Callable[[str], World]


def replies(world: World) -> dict[str, TransportError]:
    assert isinstance(world.runtime.transports[0].transport, MemoryTransport)
    return world.runtime.transports[0].transport.replies


def states(world: World) -> list[str]:
    return [delivery.state.value for delivery in deliveries(world)]


def deliveries(world: World) -> list[Delivery]:
    with reading(world.runtime.engine) as session:
        return list(session.exec(select(Delivery).order_by(col(Delivery.id))))


def suppressed(world: World) -> list[str]:
    with reading(world.runtime.engine) as session:
        return list(session.exec(select(Suppression.address_key)))


def sent(world: World) -> int:
    delivering.deliver_due(world.runtime)
    return len(went_out(world))


def went_out(world: World) -> list[datetime]:
    with reading(world.runtime.engine) as session:
        found = session.exec(select(Delivery.sent_at).where(col(Delivery.sent_at).is_not(None)))
        return sorted(at for at in found if at is not None)


def memory(world: World) -> MemoryTransport:
    (found,) = [
        named.transport
        for named in world.runtime.transports
        if isinstance(named.transport, MemoryTransport)
    ]
    return found
