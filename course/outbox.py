"""The outbox: the deliveries not yet ended. Every letter has its row here before it is sent.

    put → due → claim → attempting → record → sent | refused | deferred | uncertain | failed
           ↑               ↓ the lease ran out
           └──────────  uncertain

Set-based SQL throughout, a statement for hundreds of rows. A claim has a number, the fence: a
delivery names the newest claim on it, and no older one can send it or write down its fate.
docs/decisions/delivery-states.md has the whole machine.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    and_,
    case,
    delete,
    exists,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlmodel import Session, col

from course import rows
from course.addressing import Addressee, addressees
from course.models import (
    Claim,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Enrollment,
    EnrollmentState,
    Subscriber,
    SubscriberState,
    Suppression,
)

# Who has confirmed may get everything. Who has left still owns a journal (its key, its end) and
# may come back. Whoever has not confirmed, and never will, can have their address erased.
BEFORE_CONFIRMING = (DeliveryKind.CONFIRMATION, DeliveryKind.ERASURE)
AFTER_LEAVING = (DeliveryKind.CONFIRMATION, DeliveryKind.JOURNAL, DeliveryKind.ERASURE)

# These come at an hour, and can be taken back; a sampler or a key to the journal was asked for.
PACED = (DeliveryKind.LESSON, DeliveryKind.NUDGE, DeliveryKind.CLOSING)

# Not in anybody's hands, and not ended: they can be taken back.
UNSENT = (DeliveryState.DUE, DeliveryState.DEFERRED, DeliveryState.UNCERTAIN, DeliveryState.HELD)

# Somebody may still come with what the server said.
OPEN = (DeliveryState.ATTEMPTING, DeliveryState.UNCERTAIN)

NOT_WRITTEN_TO = "left or suppressed before it was sent"

_delivery: Any = Delivery.__table__  # type: ignore[attr-defined]
_claim: Any = Claim.__table__  # type: ignore[attr-defined]

_NEW = {
    "subscriber_id": rows.WHOLE,
    "enrollment_id": rows.WHOLE,
    "round": rows.WHOLE,
    "kind": rows.WORDS,
    "slot": rows.WORDS,
    "letter_id": rows.WHOLE,
    "due_at": rows.MOMENT,
    "not_after": rows.MOMENT,
    "message_id": rows.WORDS,
    "created_at": rows.MOMENT,
}
_FRESH = {"state": "due", "attempts": 0, "uncertainties": 0, "fence": 0, "words": ""}
_FATE = {
    "id": rows.WHOLE,
    "fence": rows.WHOLE,
    "state": rows.WORDS,
    "words": rows.WORDS,
    "try_at": rows.MOMENT,
    "sent_at": rows.MOMENT,
}


@dataclass(frozen=True)
class Taker:
    """Who claims, how it is found again, by which transport it sends, and for how long."""

    token: str
    worker: str
    transport: str
    lease: timedelta


@dataclass(frozen=True)
class Claimed:
    """A batch in one worker's hands. `passed_over`: what is not to be sent as things stand."""

    fence: int
    letters: list[Addressee]
    passed_over: list[int] = field(default_factory=list)


class Outcome(NamedTuple):
    """What became of one attempt: the new state, the server's words, when to try again.

    The state `due` says that it was never begun: the attempt is not counted. `nobody`: the server
    says that the address is bad, so it is not written to again.
    """

    id: int
    fence: int
    state: DeliveryState
    words: str
    try_at: datetime | None = None
    sent_at: datetime | None = None
    nobody: bool = False


def put(session: Session, new: Sequence[Mapping[str, Any]]) -> list[int]:
    """Write the rows; the ids of those that are new. One that exists already stays as it is.

    A row that was withdrawn before it was sent comes due again: the same row, the same Message-ID.
    """
    if not new:
        return []
    given = rows.table(session, _NEW)
    source = select(*given.c, given.c.due_at, *(literal(value) for value in _FRESH.values()))
    statement = rows.insert(session, Delivery).from_select(
        [*_NEW, "try_at", *_FRESH], source.where(given.c.kind.is_not(None)), include_defaults=False
    )
    changed = ("state", "due_at", "try_at", "not_after", "letter_id")
    statement = statement.on_conflict_do_update(
        index_elements=["enrollment_id", "round", "kind", "slot"],
        set_={name: statement.excluded[name] for name in changed},
        where=_delivery.c.state == "withdrawn",
    ).returning(_delivery.c.id)
    listed = rows.packed(session, [[row[name] for name in _NEW] for row in new])
    return list(session.connection().execute(statement, {"rows": listed}).scalars())


def claim(session: Session, now: datetime, size: int, taker: Taker) -> Claimed:
    """Take up to `size` rows whose hour has come for the length of a lease, the oldest first.

    Who left or was suppressed is not written to: the row is withdrawn. What is out of its turn is
    passed over and left alone.
    """
    found = session.connection().execute(_waiting(now, size)).all()
    turned_away = [row[0] for row in found if not row.may]
    allowed = [row for row in found if row.may]
    in_turn = [Addressee(*row[:-2]) for row in allowed if row.in_turn]
    if turned_away:
        gone = {"state": "withdrawn", "try_at": None, "words": NOT_WRITTEN_TO}
        _change(session, turned_away, gone)
    passed_over = [row[0] for row in allowed if not row.in_turn]
    if not in_turn:
        return Claimed(0, [], passed_over)
    ids = [letter.delivery_id for letter in in_turn]
    taken = insert(_claim).values(_row(taker, ids, now)).returning(_claim.c.id)
    number = session.connection().execute(taken).scalar_one()
    held = {"state": "attempting", "try_at": None, "fence": number}
    _change(session, ids, {**held, "attempts": _delivery.c.attempts + 1})
    return Claimed(number, in_turn, passed_over)


def record(session: Session, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Write down what the server said, for the rows whose claim still holds.

    A worker that comes back after its lease may still end a doubt that nobody has acted on.
    """
    if not outcomes:
        return
    suppress(session, (outcome.id for outcome in outcomes if outcome.nobody), now)
    given = rows.table(session, _FATE)
    untouched, doubt = given.c.state == "due", given.c.state == "uncertain"
    newly = and_(doubt, _delivery.c.state == "attempting")
    statement = (
        update(_delivery)
        .where(
            _delivery.c.id == given.c.id,
            _delivery.c.fence == given.c.fence,
            _delivery.c.state.in_([state.value for state in OPEN]),
        )
        .values(
            state=given.c.state,
            words=case((untouched, _delivery.c.words), else_=given.c.words),
            try_at=given.c.try_at,
            sent_at=given.c.sent_at,
            attempts=_delivery.c.attempts - case((untouched, 1), else_=0),
            uncertainties=_delivery.c.uncertainties + case((newly, 1), else_=0),
        )
    )
    session.connection().execute(statement, {"rows": rows.packed(session, outcomes)})


def close(session: Session, fences: Iterable[int]) -> None:
    """All that these claims held is written down."""
    if closed := list(fences):
        session.connection().execute(delete(_claim).where(_claim.c.id.in_(closed)))


def suppress(session: Session, delivery_ids: Iterable[int], now: datetime) -> None:
    """The addresses of these deliveries are not written to again."""
    if not (ids := list(delivery_ids)):
        return
    keys = session.scalars(
        select(col(Subscriber.address_key))
        .join(Delivery, col(Delivery.subscriber_id) == Subscriber.id)
        .where(col(Delivery.id).in_(ids))
    ).all()
    new = [{"address_key": key, "reason": "refused", "since": now} for key in {*keys}]
    if new:
        # Another worker may have been told the same at this moment.
        session.execute(rows.insert(session, Suppression).values(new).on_conflict_do_nothing())


def withdraw(session: Session, *which: ColumnElement[bool]) -> list[tuple[str, str]]:
    """Take back what has not been handed over; (kind, slot) of each."""
    taken_back = session.execute(
        update(Delivery)
        .where(col(Delivery.state).in_(UNSENT), *which)
        .values(state="withdrawn", try_at=None)
        .returning(col(Delivery.kind), col(Delivery.slot))
        .execution_options(synchronize_session=False)
    )
    return [(kind, slot) for kind, slot in taken_back]


def is_waiting(now: datetime) -> ColumnElement[bool]:
    """Its time has come, and nobody has it in hand."""
    return col(Delivery.try_at) <= now


def _waiting(now: datetime, size: int) -> Any:
    """An `Addressee` each, whether it may be written to, and whether it is its turn."""
    return (
        addressees(_may_be_written_to().label("may"), _in_turn(now).label("in_turn"))
        .where(is_waiting(now))
        .order_by(col(Delivery.try_at), col(Delivery.id))
        .limit(size)
        .with_for_update(skip_locked=True, of=Delivery)
    )


def _change(session: Session, ids: list[int], values: dict[str, Any]) -> None:
    statement = update(_delivery).where(_delivery.c.id.in_(rows.numbers(session))).values(values)
    session.connection().execute(statement, {"ids": rows.packed_numbers(ids)})


def _row(taker: Taker, ids: list[int], now: datetime) -> dict[str, Any]:
    return {
        "token": taker.token,
        "worker": taker.worker,
        "transport": taker.transport,
        "ids": ids,
        "taken_at": now,
        "lease_until": now + taker.lease,
    }


def _may_be_written_to() -> ColumnElement[bool]:
    suppressed = exists().where(col(Suppression.address_key) == Subscriber.address_key)
    state, kind = col(Subscriber.state), col(Delivery.kind)
    return and_(
        ~suppressed,
        or_(
            state == SubscriberState.CONFIRMED,
            and_(state == SubscriberState.PENDING, kind.in_(BEFORE_CONFIRMING)),
            and_(state == SubscriberState.LEFT, kind.in_(AFTER_LEAVING)),
        ),
    )


def _in_turn(now: datetime) -> ColumnElement[bool]:
    """Not too late in the evening, nor has its reader paused or begun anew since it was written."""
    on_time = or_(col(Delivery.not_after).is_(None), col(Delivery.not_after) >= now)
    goes_on = and_(
        col(Enrollment.state) != EnrollmentState.PAUSED,
        col(Enrollment.round) == col(Delivery.round),
    )
    return and_(on_time, or_(col(Delivery.kind).not_in(PACED), goes_on))
