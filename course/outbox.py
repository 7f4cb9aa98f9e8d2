"""The outbox: the deliveries not yet ended. Every letter has its row here before it is sent.

    put → due → claim → claimed → attempt → attempting → record → sent | refused | deferred …
           ↑   lease ran out ↲                   ↓ lease ran out
           └──────────────────────────────── uncertain

Set-based SQL throughout. A claim raises the row's fence; who holds an older one can neither
send nor record.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from course.models import (
    Delivery,
    DeliveryKind,
    DeliveryState,
    Subscriber,
    SubscriberState,
    Suppression,
)

# A worker that has not come back with an answer by then is taken for dead.
LEASE = timedelta(minutes=10)

WAITING = (DeliveryState.DUE, DeliveryState.DEFERRED)
UNSENT = (*WAITING, DeliveryState.CLAIMED, DeliveryState.UNCERTAIN)

# Who has confirmed may get everything. Who has left still owns a journal (its key, its end) and
# may come back. Whoever has not confirmed, and never will, can have their address erased.
BEFORE_CONFIRMING = (DeliveryKind.CONFIRMATION, DeliveryKind.ERASURE)
AFTER_LEAVING = (DeliveryKind.CONFIRMATION, DeliveryKind.JOURNAL, DeliveryKind.ERASURE)

_FRESH = {"round": 1, "state": "due", "attempts": 0, "uncertainties": 0, "fence": 0, "words": ""}

# Both dialects spell ON CONFLICT alike.
_INSERT: dict[str, Callable[..., Any]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


@dataclass(frozen=True)
class Claimed:
    id: int
    fence: int
    attempts: int


@dataclass(frozen=True)
class Outcome:
    """What became of one attempt: the new state, the server's words, when to look again."""

    id: int
    fence: int
    state: DeliveryState
    words: str
    due_at: datetime
    sent_at: datetime | None = None


def put(session: Session, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Write the rows; the ids of those that are new. One that exists already stays as it is.

    A row that was withdrawn before it was sent comes due again: the same row, the same Message-ID.
    """
    if not rows:
        return []
    insert = _INSERT[session.get_bind().dialect.name](Delivery)
    insert = insert.values([{**_FRESH, **row} for row in rows])
    again = {name: insert.excluded[name] for name in ("state", "due_at", "not_after", "letter_id")}
    return list(
        session.scalars(
            insert.on_conflict_do_update(
                index_elements=["enrollment_id", "round", "kind", "slot"],
                set_=again,
                where=col(Delivery.state) == DeliveryState.WITHDRAWN,
            ).returning(col(Delivery.id))
        )
    )


def claim(session: Session, now: datetime, size: int) -> list[Claimed]:
    """Take up to `size` due rows for the length of a lease, the oldest first."""
    due = (
        select(col(Delivery.id))
        .where(*is_due(now))
        .order_by(col(Delivery.due_at), col(Delivery.id))
        .limit(size)
        .with_for_update(skip_locked=True)
        # PostgreSQL may run a plain subquery again for every row it looks at, limit and all.
        .cte("due")
    )
    taken = session.execute(
        update(Delivery)
        .where(col(Delivery.id).in_(select(due.c.id)))
        .values(state="claimed", lease_until=now + LEASE, fence=col(Delivery.fence) + 1)
        .returning(col(Delivery.id), col(Delivery.fence), col(Delivery.attempts))
        .execution_options(synchronize_session=False)
    )
    return sorted((Claimed(*row) for row in taken), key=lambda claimed: claimed.id)


def attempt(session: Session, claimed: Iterable[Claimed], now: datetime) -> set[int]:
    """Mark the rows as being sent; the ids that may be, at this very moment.

    Not among them: who left, was suppressed, paused or erased since the claim.
    """
    mine = and_(_held(claimed), col(Delivery.state) == DeliveryState.CLAIMED)
    session.execute(
        update(Delivery)
        .where(mine, ~_may_be_written_to())
        .values(state="withdrawn", lease_until=None, words="left or suppressed before it was sent")
        .execution_options(synchronize_session=False)
    )
    return set(
        session.scalars(
            update(Delivery)
            .where(mine)
            .values(
                state="attempting",
                attempts=col(Delivery.attempts) + 1,
                lease_until=now + LEASE,
            )
            .returning(col(Delivery.id))
            .execution_options(synchronize_session=False)
        )
    )


def record(session: Session, outcomes: Sequence[Outcome]) -> None:
    """Write down what the server said, for the rows whose claim still holds."""
    if not outcomes:
        return
    held = update(Delivery.__table__).where(  # type: ignore[attr-defined]
        col(Delivery.id) == bindparam("its_id"),
        col(Delivery.fence) == bindparam("its_fence"),
        col(Delivery.state) == DeliveryState.ATTEMPTING,
    )
    rows = [asdict(outcome) for outcome in outcomes]
    for row in rows:
        row["its_id"], row["its_fence"] = row.pop("id"), row.pop("fence")
        row["its_doubt"] = int(row["state"] is DeliveryState.UNCERTAIN)
        row["lease_until"] = None
    values: dict[str, Any] = {
        name: bindparam(name) for name in rows[0] if not name.startswith("its_")
    }
    doubts = col(Delivery.uncertainties) + bindparam("its_doubt")
    session.connection().execute(held.values({**values, "uncertainties": doubts}), rows)


def give_back(session: Session, claimed: Iterable[Claimed]) -> None:
    """What was marked as being sent, and then never tried, comes due again as if untouched."""
    session.execute(
        update(Delivery)
        .where(_held(claimed), col(Delivery.state) == DeliveryState.ATTEMPTING)
        .values(state="due", attempts=col(Delivery.attempts) - 1, lease_until=None)
        .execution_options(synchronize_session=False)
    )


def suppress(session: Session, delivery_ids: Iterable[int], now: datetime) -> None:
    """The addresses of these deliveries are not written to again."""
    keys = session.scalars(
        select(col(Subscriber.address_key))
        .join(Delivery, col(Delivery.subscriber_id) == Subscriber.id)
        .where(col(Delivery.id).in_(list(delivery_ids)))
    ).all()
    rows = [{"address_key": key, "reason": "refused", "since": now} for key in {*keys}]
    if rows:
        # Another worker may have been told the same at this moment.
        insert = _INSERT[session.get_bind().dialect.name](Suppression).values(rows)
        session.execute(insert.on_conflict_do_nothing())


def strand(session: Session, now: datetime) -> int:
    """After a crash: what was never attempted comes due again, what was attempted is uncertain.

    Returns how many rows became uncertain.
    """
    expired = col(Delivery.lease_until) < now
    unsure = session.scalars(
        update(Delivery)
        .where(expired, col(Delivery.state) == DeliveryState.ATTEMPTING)
        .values(
            state="uncertain",
            lease_until=None,
            uncertainties=col(Delivery.uncertainties) + 1,
            words="the worker died before it wrote down what the server said",
        )
        .returning(col(Delivery.id))
        .execution_options(synchronize_session=False)
    ).all()
    session.execute(
        update(Delivery)
        .where(expired, col(Delivery.state) == DeliveryState.CLAIMED)
        .values(state="due", lease_until=None)
        .execution_options(synchronize_session=False)
    )
    return len(unsure)


def send_uncertain_again(
    session: Session, due_at: datetime, kinds: Iterable[DeliveryKind], most_attempts: int
) -> int:
    """Uncertain letters of these kinds come due again, under the Message-ID they had.

    After `most_attempts` they stay uncertain, for a person to look at.
    """
    again = session.scalars(
        update(Delivery)
        .where(
            col(Delivery.state) == DeliveryState.UNCERTAIN,
            col(Delivery.kind).in_(kinds),
            col(Delivery.attempts) < most_attempts,
        )
        .values(state="due", due_at=due_at)
        .returning(col(Delivery.id))
        .execution_options(synchronize_session=False)
    )
    return len(again.all())


def withdraw(session: Session, *which: ColumnElement[bool]) -> list[tuple[str, str]]:
    """Take back what has not been handed over; (kind, slot) of each. A claim on it is void."""
    taken_back = session.execute(
        update(Delivery)
        .where(col(Delivery.state).in_(UNSENT), *which)
        .values(state="withdrawn", lease_until=None)
        .returning(col(Delivery.kind), col(Delivery.slot))
        .execution_options(synchronize_session=False)
    )
    return [(kind, slot) for kind, slot in taken_back]


def is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Waiting, its time has come, and it isn't too late in the evening."""
    return (
        col(Delivery.state).in_(WAITING),
        col(Delivery.due_at) <= now,
        or_(col(Delivery.not_after).is_(None), col(Delivery.not_after) >= now),
    )


def _held(claimed: Iterable[Claimed]) -> ColumnElement[bool]:
    pairs = [(row.id, row.fence) for row in claimed]
    return tuple_(col(Delivery.id), col(Delivery.fence)).in_(pairs)


def _may_be_written_to() -> ColumnElement[bool]:
    suppressed = select(col(Suppression.address_key)).where(
        col(Suppression.address_key) == Subscriber.address_key
    )
    state, kind = col(Subscriber.state), col(Delivery.kind)
    return (
        select(col(Subscriber.id))
        .where(
            col(Subscriber.id) == Delivery.subscriber_id,
            ~suppressed.exists(),
            or_(
                state == SubscriberState.CONFIRMED,
                and_(state == SubscriberState.PENDING, kind.in_(BEFORE_CONFIRMING)),
                and_(state == SubscriberState.LEFT, kind.in_(AFTER_LEAVING)),
            ),
        )
        .exists()
    )
