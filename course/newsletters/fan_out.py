"""Broadcasting: one issue's rows, for many, written by the database itself.

A slice of the subscriptions at a time, each in its transaction, which also notes how far it came: a
crash anywhere doubles nothing and leaves nobody out. Each row has a Message-ID of its own.
"""

from datetime import datetime
from functools import cache
from secrets import token_hex
from typing import Any

from sqlalchemy import BigInteger, Text, bindparam, cast, func, literal, select, update
from sqlmodel import Session, col

from course.db import bulk
from course.models import Broadcast, Delivery, DeliveryKind, Subscriber, Subscription
from course.models.broadcast import UNWRITTEN
from course.models.columns import Moment, table
from course.models.delivery import OF_SUBSCRIPTION
from course.models.subscription import ACTIVE
from course.newsletters.audience import is_not_suppressed
from course.outbox.orders import Enqueuer

# Subscriptions in one transaction: as long as nobody else can write on SQLite, a third of a second.
SLICE = 20_000

_broadcast = table(Broadcast)
_subscriber = table(Subscriber)
_subscription = table(Subscription)


def fan_out(session: Session, enqueuer: Enqueuer, now: datetime, size: int = SLICE) -> int:
    """Write a slice of the broadcast that has been due longest; how many subscriptions it held.

    Some of them may be suppressed. Nothing is left to write where it held none.
    """
    broadcast = session.scalars(_next(), {"now": now}).first()
    if broadcast is None:
        return 0
    given = {"of": broadcast.newsletter_id, "reached": broadcast.reached, "size": size}
    last, held = session.connection().execute(_slice(), given).one()
    if held:
        _write_all(session, broadcast, last, enqueuer, now)
    over = {"written_at": now} if held < size else {}
    here = update(_broadcast).where(_broadcast.c.id == broadcast.id)
    session.connection().execute(here.values(reached=last or broadcast.reached, **over))
    return int(held)


def _write_all(
    session: Session, broadcast: Broadcast, last: int, enqueuer: Enqueuer, now: datetime
) -> None:
    """Insert deliveries for the subscriptions after `broadcast.reached`, up to `last` itself.

    The key that the Message-IDs are hashed with lives for this statement only.
    """
    given = {
        "of": broadcast.newsletter_id,
        "first": broadcast.reached + 1,
        "last": last,
        "slot": str(broadcast.id),
        "letter_id": broadcast.letter_id,
        "due_at": broadcast.due_at,
        "not_after": broadcast.not_after,
        "now": now,
        "domain": f"@{enqueuer.domain}>",
        "key": token_hex(32),
    }
    session.connection().execute(_write(bulk.dialect(session)), given)


@cache
def _next() -> Any:
    """Another clock that is at one of them has it to itself."""
    return (
        select(Broadcast)
        .where(
            UNWRITTEN,
            col(Broadcast.due_at) <= bindparam("now", type_=Moment()),
        )
        .order_by(col(Broadcast.due_at), col(Broadcast.id))
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )


@cache
def _slice() -> Any:
    """The next `size` subscriptions by id: the highest id, and how many there are."""
    coming = (
        select(_subscription.c.id)
        .where(_subscription.c.id > bindparam("reached"), *_of_newsletter())
        .order_by(_subscription.c.id)
        .limit(bindparam("size"))
        .subquery()
    )
    return select(func.max(coming.c.id), func.count())


@cache
def _write(dialect: str) -> Any:
    first: Any = bindparam("first")
    last: Any = bindparam("last")
    values = _values(dialect)
    found = (
        select(*values.values())
        .select_from(_subscription)
        .join(_subscriber, _subscriber.c.id == _subscription.c.subscriber_id)
        .where(_subscription.c.id.between(first, last), *_of_newsletter(), is_not_suppressed())
        # In the order of the index that each row goes into.
        .order_by(_subscription.c.id)
    )
    statement = bulk.insert(dialect, Delivery).from_select([*values], found, include_defaults=False)
    key = OF_SUBSCRIPTION
    return statement.on_conflict_do_nothing(index_elements=key.columns, index_where=key.where)


def _of_newsletter() -> tuple[Any, ...]:
    """The condition of `ix_subscription_active`."""
    return ACTIVE, _subscription.c.newsletter_id == bindparam("of")


def _values(dialect: str) -> dict[str, Any]:
    """By column, what a new delivery holds."""
    due_at: Any = bindparam("due_at", type_=Moment())
    name = _random_name(dialect, _subscription.c.id)
    return {
        "subscription_id": _subscription.c.id,
        "round": literal(0),
        "kind": literal(DeliveryKind.BROADCAST.value, Text()),
        "slot": bindparam("slot", type_=Text()),
        "letter_id": bindparam("letter_id", type_=BigInteger()),
        "state": literal("due", Text()),
        "due_at": due_at,
        "try_at": due_at,
        "not_after": bindparam("not_after", type_=Moment()),
        "attempts": literal(0),
        "uncertainties": literal(0),
        "fence": literal(0),
        "message_id": literal("<", Text()) + name + bindparam("domain", type_=Text()),
        "words": literal("", Text()),
        "created_at": bindparam("now", type_=Moment()),
    }


def _random_name(dialect: str, id_: Any) -> Any:
    """A name of 128 bits.

    PostgreSQL takes 5 µs for a random one, so there it is the number's keyed hash, with a key that
    nobody keeps; `random()` could be guessed.
    """
    if dialect == "sqlite":
        return func.lower(func.hex(func.randomblob(16)))
    keyed = func.convert_to(bindparam("key", type_=Text()) + cast(id_, Text()), "UTF8")
    return func.left(func.encode(func.sha256(keyed), "hex"), 32)
