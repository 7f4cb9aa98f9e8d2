"""Three readers, what the mail server says to each, and how their deliveries stand."""

from sqlmodel import col, select

from course.db.transactions import reading
from course.models import Delivery, Suppression
from emails.errors import TransportError
from emails.transports.memory import MemoryTransport
from tests.support.world import World

ADA, GRACE, MALLORY = "ada@example.org", "grace@example.org", "mallory@example.org"


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
