"""Claims: a worker takes deliveries that are due, for the length of a lease.

The statement that finds and locks them (`FOR UPDATE SKIP LOCKED`) also asks who may be written to:
somebody who left a second ago gets nothing. Set-based, a batch costs some 16 µs a letter, with all
that a message needs (docs/performance.md).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, bindparam, delete, insert, or_, select, update
from sqlmodel import Session, col

from course.db import bulk
from course.letters import consent
from course.letters.delivery_rows import DeliveryRow, select_delivery_rows, select_enrolled_rows
from course.letters.kinds import Queue
from course.models import Claim, Delivery, Enrollment, EnrollmentState, Subscriber, Suppression
from course.models.columns import Moment, table
from course.models.delivery import QUEUES
from course.outbox.deliveries import PACED, is_waiting

NOT_WRITTEN_TO = "not to be written to any more when its turn came"

_delivery = table(Delivery)
_claim = table(Claim)


@dataclass(frozen=True)
class Claimant:
    """Who claims: the claim's `token`, the worker, the transport it sends by, and its lease."""

    token: str
    worker: str
    transport: str
    lease: timedelta


@dataclass(frozen=True)
class Candidates:
    """Due deliveries, locked until the transaction ends. `deliveries` may be sent.

    `out_of_turn`: deliveries that must not be sent as things stand, left as they were. `withdrawn`:
    how many were for somebody who may not be written to any more.
    """

    deliveries: list[DeliveryRow]
    out_of_turn: list[int]
    withdrawn: int


def lock(session: Session, now: datetime, size: int, queues: int = len(QUEUES)) -> Candidates:
    """Find and lock (`FOR UPDATE SKIP LOCKED`) up to `size` due rows of the first `queues` queues.

    All of one queue, the oldest first, before the next one. The rows of whoever has left or is
    suppressed are withdrawn.
    """
    turned_away, out_of_turn, deliveries = [], [], []
    for *columns, may, in_turn in _found(session, now, size, queues):
        delivery = DeliveryRow._make(columns)
        if not may:
            turned_away.append(delivery.delivery_id)
        elif not in_turn:
            out_of_turn.append(delivery.delivery_id)
        else:
            deliveries.append(delivery)
    if turned_away:
        gone = bulk.ids_parameter(session, turned_away)
        session.connection().execute(_turn_away(bulk.dialect(session)), gone)
    return Candidates(deliveries, out_of_turn, len(turned_away))


def put_off(session: Session, later: Sequence[tuple[int, datetime]]) -> None:
    """Of these deliveries (by id) each is due again at its moment, without an attempt."""
    if later:
        given = bulk.values_parameter(session, [(later,)])
        session.connection().execute(_put_off(bulk.dialect(session)), given)


def take(
    session: Session, claimant: Claimant, deliveries: Sequence[DeliveryRow], now: datetime
) -> int:
    """Claim these locked deliveries for a lease; the claim's number, which is their fence."""
    ids = [delivery.delivery_id for delivery in deliveries]
    taken = insert(_claim).values(_row(claimant, ids, now)).returning(_claim.c.id)
    number = int(session.connection().execute(taken).scalar_one())
    held = {**bulk.ids_parameter(session, ids), "number": number}
    session.connection().execute(_hold(bulk.dialect(session)), held)
    return number


def close(session: Session, fences: Iterable[int]) -> None:
    """Delete these claims: every result of their letters is recorded."""
    if closed := list(fences):
        session.connection().execute(delete(_claim).where(_claim.c.id.in_(closed)))


def _found(session: Session, now: datetime, size: int, queues: int) -> list[Any]:
    """Queue after queue, each for the room that those before it left in the batch."""
    found: list[Any] = []
    for queue in range(queues):
        if room := size - len(found):
            given = {"now": now, "size": room}
            found += session.connection().execute(_waiting(queue), given).all()
    return found


@cache
def _waiting(queue: int) -> Any:
    """Of one queue, locked: a `DeliveryRow` each, may it be written to, and is it its turn?"""
    now = bindparam("now", type_=Moment())
    rows = select_enrolled_rows if queue == Queue.SCHEDULED else select_delivery_rows
    may = _may_be_written_to(Queue(queue))
    return (
        rows(may.label("may"), _in_turn(now).label("in_turn"))
        .where(is_waiting(now), QUEUES[queue])
        .order_by(col(Delivery.try_at), col(Delivery.id))
        .limit(bindparam("size", type_=Integer()))
        .with_for_update(skip_locked=True, of=Delivery)
    )


@cache
def _hold(dialect: str) -> Any:
    return (
        update(_delivery)
        .where(bulk.in_ids(dialect, _delivery.c.id))
        .values(
            state="attempting",
            try_at=None,
            fence=bindparam("number"),
            attempts=_delivery.c.attempts + 1,
        )
    )


@cache
def _put_off(dialect: str) -> Any:
    given = bulk.values_table(dialect, {}, {"id": bulk.INTEGER, "try_at": bulk.TIMESTAMP})
    return update(_delivery).where(_delivery.c.id == given.c.id).values(try_at=given.c.try_at)


@cache
def _turn_away(dialect: str) -> Any:
    return (
        update(_delivery)
        .where(bulk.in_ids(dialect, _delivery.c.id))
        .values(state="withdrawn", try_at=None, words=NOT_WRITTEN_TO)
    )


def _row(claimant: Claimant, ids: list[int], now: datetime) -> dict[str, Any]:
    return {
        "token": claimant.token,
        "worker": claimant.worker,
        "transport": claimant.transport,
        "ids": ids,
        "taken_at": now,
        "lease_until": now + claimant.lease,
    }


def _may_be_written_to(queue: Queue) -> ColumnElement[bool]:
    # Asked for each address, by its key: an EXISTS, PostgreSQL may answer by reading all that is
    # suppressed into memory, for every claim.
    suppressed = (
        select(col(Suppression.address_key))
        .where(col(Suppression.address_key) == Subscriber.address_key)
        .limit(1)
        .scalar_subquery()
    )
    return consent.may_be_written_to(queue, col(Delivery.kind), suppressed.is_not(None))


def _in_turn(now: Any) -> ColumnElement[bool]:
    """Not too late in the evening, nor has its reader paused or begun anew since it was written."""
    on_time = or_(col(Delivery.not_after).is_(None), col(Delivery.not_after) >= now)
    goes_on = and_(
        col(Enrollment.state) != EnrollmentState.PAUSED,
        col(Enrollment.round) == col(Delivery.round),
    )
    return and_(on_time, or_(col(Delivery.kind).not_in(PACED), goes_on))
