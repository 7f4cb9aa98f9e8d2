"""Exponential backoff of mail servers that are away, and of recipients' domains that say 421.

Each failure in a row doubles the wait; a receipt ends it. Kept in the table `throttle`, so that all
workers on all machines share it (docs/decisions/throttles.md).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, delete, or_, select, update
from sqlmodel import Session

from course.db import bulk
from course.models import Throttle
from course.models.columns import table
from course.models.throttle import BACKS_OFF
from course.runtime import redaction

_throttle = table(Throttle)

MINUTE = timedelta(minutes=1)

# The first wait and the longest. A domain that says 421 means minutes; a server that is away is
# often back in seconds, and where there is no other it is tried again and again.
BackoffRange = tuple[timedelta, timedelta]

DOMAIN = (5 * MINUTE, 60 * MINUTE)
TRANSPORT = (MINUTE / 2, 10 * MINUTE)
ONLY_TRANSPORT = (MINUTE / 2, MINUTE / 2)

# A server that answers and refuses us as a sender: one that is asked too often blocks us.
UNWELCOME = (MINUTE / 2, 2 * MINUTE)


@dataclass(frozen=True)
class Backoff:
    """`strikes`: failures in a row. `words`: what the server said, without addresses."""

    scope: str
    until: datetime
    strikes: int
    words: str


def active(session: Session) -> dict[str, Backoff]:
    """All that back off, or did and were not tried since; by scope. Mostly none."""
    found = session.connection().execute(_ACTIVE)
    return {row.scope: Backoff(*row) for row in found}


def back_off(session: Session, scope: str, words: str, range_: BackoffRange, now: datetime) -> None:
    """Wait longer than the last time. A failure while it backs off is part of the last one."""
    first, most = range_
    known = active(session).get(scope)
    if known is not None and known.until > now:
        return
    strikes = known.strikes + 1 if known else 1
    until = now + min(most, first * 2 ** min(strikes - 1, 10))
    new = {"rests_until": until, "strikes": strikes, "words": redaction.without_addresses(words)}
    statement = bulk.insert(bulk.dialect(session), Throttle).values(scope=scope, **new)
    session.connection().execute(
        statement.on_conflict_do_update(index_elements=["scope"], set_=new)
    )


class ThrottleRow(NamedTuple):
    """`taken`: letters taken up on `day` (UTC). `free_at`: the rate's next free slot."""

    scope: str
    day: date | None
    taken: int
    free_at: datetime | None


def lock_rows(session: Session, scopes: Iterable[str]) -> list[ThrottleRow]:
    """Insert the rows if missing and lock them (`FOR UPDATE`) until the transaction ends.

    In one order, or two workers could wait for each other: a transport's row (`by:`) first, then
    those of domains (`to:`), all at once and by their names.
    """
    if not (ordered := sorted(scopes)):
        return []
    new = bulk.insert(bulk.dialect(session), Throttle)
    session.connection().execute(
        new.on_conflict_do_nothing(),
        [{"scope": scope, "strikes": 0, "words": "", "taken": 0} for scope in ordered],
    )
    found = session.connection().execute(
        select(*(_throttle.c[name] for name in ThrottleRow._fields))
        .where(_throttle.c.scope.in_(ordered))
        .order_by(_throttle.c.scope)
        .with_for_update()
    )
    return [ThrottleRow(*row) for row in found]


def clear(session: Session, scopes: Iterable[str]) -> None:
    """They answer again: no backoff."""
    session.connection().execute(
        update(_throttle)
        .where(_throttle.c.scope.in_(list(scopes)))
        .values(rests_until=None, strikes=0, words="")
    )


def prune(session: Session, now: datetime) -> None:
    """Delete the rows that have neither backed off nor counted for a week."""
    week = now - timedelta(days=7)
    session.connection().execute(_PRUNE, {"week": week, "day": week.date()})


# Asked at every tick, so built once.
_ACTIVE = select(
    _throttle.c.scope, _throttle.c.rests_until, _throttle.c.strikes, _throttle.c.words
).where(BACKS_OFF)

_PRUNE = delete(_throttle).where(
    or_(_throttle.c.rests_until.is_(None), _throttle.c.rests_until < bindparam("week")),
    or_(_throttle.c.free_at.is_(None), _throttle.c.free_at < bindparam("week")),
    or_(_throttle.c.day.is_(None), _throttle.c.day < bindparam("day")),
)
