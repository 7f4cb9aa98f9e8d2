"""Who is left alone for a while: a mail server that is away, a domain that wants no more just now.

Each strike in a row doubles the rest; a receipt ends it. The database keeps it, for all workers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, or_, select, update
from sqlmodel import Session

from course.db import bulk
from course.models import Throttle
from course.models.columns import table
from course.models.throttle import BACKS_OFF
from course.runtime import redaction

_throttle = table(Throttle)

MINUTE = timedelta(minutes=1)

Span = tuple[timedelta, timedelta]

# The first rest and the longest. A domain that says 421 means minutes; a server that is away is
# often back in seconds, and where there is no other it is asked for again and again.
DOMAIN = (5 * MINUTE, 60 * MINUTE)
TRANSPORT = (MINUTE / 2, 10 * MINUTE)
ONLY_TRANSPORT = (MINUTE / 2, MINUTE / 2)

# A server that is there and will have nothing of ours: who is asked too often shuts the door.
UNWELCOME = (MINUTE / 2, 2 * MINUTE)


@dataclass(frozen=True)
class Rest:
    scope: str
    until: datetime
    strikes: int
    words: str


def rests(session: Session) -> dict[str, Rest]:
    """All that rest, or have rested and were not tried since; by scope. Mostly none."""
    found = session.connection().execute(
        select(
            _throttle.c.scope, _throttle.c.rests_until, _throttle.c.strikes, _throttle.c.words
        ).where(BACKS_OFF)
    )
    return {row.scope: Rest(*row) for row in found}


def strike(session: Session, scope: str, words: str, span: Span, now: datetime) -> None:
    """It is left alone, longer than the last time. A strike during a rest is part of the last."""
    first, most = span
    known = rests(session).get(scope)
    if known is not None and known.until > now:
        return
    strikes = known.strikes + 1 if known else 1
    until = now + min(most, first * 2 ** min(strikes - 1, 10))
    new = {"rests_until": until, "strikes": strikes, "words": redaction.without_addresses(words)}
    statement = bulk.insert(bulk.dialect(session), Throttle).values(scope=scope, **new)
    session.connection().execute(
        statement.on_conflict_do_update(index_elements=["scope"], set_=new)
    )


class Held(NamedTuple):
    """What was taken on that day, and the next free moment."""

    scope: str
    day: date | None
    taken: int
    free_at: datetime | None


def hold(session: Session, scopes: Iterable[str]) -> list[Held]:
    """Their rows; nobody else may have them until we end.

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
        select(*(_throttle.c[name] for name in Held._fields))
        .where(_throttle.c.scope.in_(ordered))
        .order_by(_throttle.c.scope)
        .with_for_update()
    )
    return [Held(*row) for row in found]


def forgive(session: Session, scopes: Iterable[str]) -> None:
    """They answer again."""
    session.connection().execute(
        update(_throttle)
        .where(_throttle.c.scope.in_(list(scopes)))
        .values(rests_until=None, strikes=0, words="")
    )


def forget(session: Session, now: datetime) -> None:
    """What has not rested or counted for a week."""
    week = now - timedelta(days=7)
    session.connection().execute(
        delete(_throttle).where(
            or_(_throttle.c.rests_until.is_(None), _throttle.c.rests_until < week),
            or_(_throttle.c.free_at.is_(None), _throttle.c.free_at < week),
            or_(_throttle.c.day.is_(None), _throttle.c.day < week.date()),
        )
    )
