"""A worker's hands in slow motion: take letters, say what became of them, let the lease run out."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from sqlmodel import Session

from course.db.transactions import transaction
from course.letters.delivery_rows import DeliveryRow
from course.models import DeliveryState
from course.outbox import claims, deliveries
from course.outbox.claims import Claimant
from course.outbox.deliveries import Outcome
from tests.support.world import World

LEASE = timedelta(minutes=10)


@dataclass(frozen=True)
class Claimed:
    """What one claim took."""

    fence: int
    deliveries: list[DeliveryRow]
    out_of_turn: list[int] = field(default_factory=list)


def claim_due(session: Session, now: datetime, size: int, claimant: Claimant) -> Claimed:
    """What a worker without limits does."""
    found = claims.lock(session, now, size)
    fence = claims.take(session, claimant, found.deliveries, now) if found.deliveries else 0
    return Claimed(fence, found.deliveries, found.out_of_turn)


def take(world: World, size: int = 20, token: str = "") -> Claimed:
    with transaction(world.runtime.engine) as session:
        return claim_due(session, world.clock.now(), size, claimant(token))


def claimant(token: str = "") -> Claimant:
    return Claimant(token or uuid4().hex, "here:1", "memory", LEASE)


def end(
    world: World,
    held: Claimed,
    state: DeliveryState,
    try_at: datetime | None = None,
    words: str = "the server's words",
) -> None:
    """Every letter of the claim ends like that; of one that was never begun nobody spoke."""
    words = "" if state is DeliveryState.DUE else words
    with transaction(world.runtime.engine) as session:
        results = [
            Outcome(delivery.delivery_id, held.fence, state, words, try_at)
            for delivery in held.deliveries
        ]
        deliveries.record(session, results, world.clock.now())


def ids(held: Claimed) -> set[int]:
    return {delivery.delivery_id for delivery in held.deliveries}
