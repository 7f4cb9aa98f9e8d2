"""Deliveries: every letter has its row here before it is sent. The outbox is those not yet ended.

    put → due → claim → attempting → record → sent | refused | deferred | uncertain | failed
           ↑               ↓ the lease ran out
           └──────────  uncertain

Set-based SQL throughout, a statement for hundreds of rows (24,000 rows a second on PostgreSQL; a
commit a row makes 1,600). A claim has a number, the fence: a delivery names the newest claim on it,
and no older one can send it or record its result. docs/decisions/delivery-states.md has the whole
state machine.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, literal, select, true, update
from sqlmodel import Session, col

from course.db import bulk
from course.letters import kinds
from course.letters.delivery_rows import with_subscriber
from course.models import Delivery, DeliveryKind, DeliveryState, Subscriber, Suppression
from course.models.columns import table
from course.models.delivery import OF_ENROLLMENT, QUEUES, Key

PACED = kinds.which(lambda kind: kind.paced)
STEPS = kinds.which(lambda kind: kind.step)

# Claimed by nobody, and not ended: they can be taken back.
WITHDRAWABLE = (
    DeliveryState.DUE,
    DeliveryState.DEFERRED,
    DeliveryState.UNCERTAIN,
    DeliveryState.HELD,
)

# Why a delivery was held after a restore: the server may have had it before.
HELD_BACK = "held after a restore"

# A worker may still come with the server's reply.
RECORDABLE = (DeliveryState.ATTEMPTING, DeliveryState.UNCERTAIN)

_delivery = table(Delivery)

_ORDER = {
    "kind": bulk.TEXT,
    "slot": bulk.TEXT,
    "letter_id": bulk.INTEGER,
    "due_at": bulk.TIMESTAMP,
    "not_after": bulk.TIMESTAMP,
    "created_at": bulk.TIMESTAMP,
}
_NEW = {"round": bulk.INTEGER, "message_id": bulk.TEXT}
_FRESH = {"state": "due", "attempts": 0, "uncertainties": 0, "fence": 0, "words": ""}
_RESULT = {"fence": bulk.INTEGER, "state": bulk.TEXT, "try_at": bulk.TIMESTAMP}
_OWN = {"id": bulk.INTEGER, "words": bulk.TEXT, "sent_at": bulk.TIMESTAMP}


class LetterOrder(NamedTuple):
    """A letter that is to be sent, but for whom: many may have the same.

    `not_after` is how late it may still be sent; none where it is never too late.
    """

    kind: DeliveryKind
    slot: str
    letter_id: int
    due_at: datetime
    not_after: datetime | None
    created_at: datetime


class NewDelivery(NamedTuple):
    """One reader's row of a `LetterOrder`, to be inserted: of an enrollment, or a subscription."""

    place_id: int | None
    round: int
    message_id: str


class Outcome(NamedTuple):
    """The result of one attempt: the new state, the server's words, when to try again.

    The state `due` says that it was never begun: the attempt is not counted, and empty words leave
    those of the attempt before. `nobody`: the server says that the address is bad, so it is
    suppressed.
    """

    id: int
    fence: int
    state: DeliveryState
    words: str
    try_at: datetime | None = None
    sent_at: datetime | None = None
    nobody: bool = False


def put(
    session: Session,
    orders: Sequence[tuple[LetterOrder, Sequence[NewDelivery]]],
    key: Key = OF_ENROLLMENT,
) -> int:
    """Insert the rows; how many of them are new. One that exists already stays as it is.

    `key`: all of them are of enrollments, or all of subscriptions. A row that was withdrawn before
    it was sent comes due again: the same row, the same Message-ID.
    """
    if not orders:
        return 0
    listed = bulk.values_parameter(session, [(*order, copies) for order, copies in orders])
    return int(session.connection().execute(_put(bulk.dialect(session), key), listed).rowcount)


def record(session: Session, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Record what the server said, for the rows that still name this claim (`fence`).

    A worker that comes back after its lease may still settle an uncertain delivery that nobody has
    acted on.
    """
    if not outcomes:
        return
    suppress(session, (outcome.id for outcome in outcomes if outcome.nobody), now)
    results: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
    for ended in outcomes:
        alike = results.setdefault((ended.fence, ended.state, ended.try_at), [])
        alike.append((ended.id, ended.words, ended.sent_at))
    given = bulk.values_parameter(session, [(*result, own) for result, own in results.items()])
    session.connection().execute(_record(bulk.dialect(session)), given)


def suppress(session: Session, delivery_ids: Iterable[int], now: datetime) -> None:
    """Insert a suppression (refused) for the address of each delivery that has none."""
    if not (ids := list(delivery_ids)):
        return
    keys = session.scalars(
        with_subscriber(select(col(Subscriber.address_key))).where(col(Delivery.id).in_(ids))
    ).all()
    new = [{"address_key": key, "reason": "refused", "since": now} for key in {*keys}]
    if new:
        # Another worker may have been told the same at this moment.
        session.execute(
            bulk.insert(bulk.dialect(session), Suppression).values(new).on_conflict_do_nothing()
        )


def withdraw(session: Session, *which: ColumnElement[bool]) -> list[tuple[str, str]]:
    """Withdraw what has not been handed over; (kind, slot) of each."""
    taken_back = session.execute(
        update(Delivery)
        .where(col(Delivery.state).in_(WITHDRAWABLE), *which)
        .values(state="withdrawn", try_at=None)
        .returning(col(Delivery.kind), col(Delivery.slot))
        .execution_options(synchronize_session=False)
    )
    return [(kind, slot) for kind, slot in taken_back]


def retry_put_off_now(session: Session, now: datetime) -> None:
    """Make due now what was put off because a server refused us as a sender, not the letter."""
    stands_back = update(_delivery).where(
        _delivery.c.try_at > now, _delivery.c.state == "due", _delivery.c.words != ""
    )
    for queue in QUEUES:
        session.connection().execute(stands_back.where(queue).values(try_at=now))


def is_anything_due(session: Session, now: datetime) -> bool:
    first = select(col(Delivery.id)).where(is_waiting(now)).order_by(col(Delivery.try_at)).limit(1)
    return any(session.scalars(first.where(queue)).first() for queue in QUEUES)


def is_waiting(now: Any) -> ColumnElement[bool]:
    """Its time has come, and no worker has claimed it."""
    time_has_come: ColumnElement[bool] = col(Delivery.try_at) <= now
    return time_has_come


@cache
def _put(dialect: str, key: Key) -> Any:
    place, *_ = key.columns
    own = {place: bulk.INTEGER, **_NEW}
    given = bulk.values_table(dialect, _ORDER, own)
    names = [*_ORDER, *own, "try_at", *_FRESH]
    source = select(*given.c, given.c.due_at, *(literal(value) for value in _FRESH.values()))
    # SQLite can't tell ON CONFLICT from a join's ON, unless there is a WHERE between them.
    statement = bulk.insert(dialect, Delivery).from_select(
        names, source.where(true()), include_defaults=False
    )
    changed = ("state", "due_at", "try_at", "not_after", "letter_id")
    return statement.on_conflict_do_update(
        index_elements=key.columns,
        index_where=key.where,
        set_={name: statement.excluded[name] for name in changed},
        where=_delivery.c.state == "withdrawn",
    )


@cache
def _record(dialect: str) -> Any:
    given = bulk.values_table(dialect, _RESULT, _OWN)
    not_attempted, uncertain = given.c.state == "due", given.c.state == "uncertain"
    as_it_was = and_(not_attempted, given.c.words == "")
    newly = and_(uncertain, _delivery.c.state == "attempting")
    return (
        update(_delivery)
        .where(
            _delivery.c.id == given.c.id,
            _delivery.c.fence == given.c.fence,
            _delivery.c.state.in_([state.value for state in RECORDABLE]),
        )
        .values(
            state=given.c.state,
            words=case((as_it_was, _delivery.c.words), else_=given.c.words),
            try_at=given.c.try_at,
            sent_at=given.c.sent_at,
            attempts=_delivery.c.attempts - case((not_attempted, 1), else_=0),
            uncertainties=_delivery.c.uncertainties + case((newly, 1), else_=0),
        )
    )
