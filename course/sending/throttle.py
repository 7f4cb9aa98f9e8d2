"""How many letters a transport may take up now, and how many may go to one recipients' domain.

Asked in the transaction that claims, with the rows locked, so that workers share what there is. A
rate is a row of moments, each for one letter (the generic cell rate algorithm): `free_at` is the
next one that nobody has. Of a transport's, no more than a quarter of a second is taken at once.
"""

import math
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, update
from sqlmodel import Session

from course.models import Throttle
from course.models.columns import table
from course.models.throttle import transport_scope
from course.sending import backoff
from emails.transports.limits import Limits

_throttle = table(Throttle)

# As much of a rate as may go out at once.
BURST = timedelta(seconds=0.25)

# The same of one domain's: what is put off is seen again by the clock, after seconds.
DOMAIN_BURST = timedelta(seconds=5)


class Budget(NamedTuple):
    """So many letters now. Where that is none, it is worth asking again at `again_at`.

    `is_for_today`: there will be more today, and it is only the rate that makes us wait.
    """

    letters: int
    again_at: datetime | None = None
    is_for_today: bool = True


def budget(session: Session, transport: str, limits: Limits, asked: int, now: datetime) -> Budget:
    """At most `asked`. What is really taken up has to be spent in the same transaction."""
    if not limits.any:
        return Budget(asked)
    taken, free_at = _row(session, transport, now.date())
    most = limits.on(now.date())
    if most is not None and taken >= most:
        return Budget(0, _midnight(now), is_for_today=False)
    left = asked if most is None else min(asked, most - taken)
    if limits.rate is None:
        return Budget(left)
    apart = timedelta(seconds=1 / limits.rate)
    room = now + max(BURST, apart) - max(free_at or now, now)
    free = math.floor(room / apart)
    return Budget(min(left, free)) if free > 0 else Budget(0, now + apart - room)


def spend(session: Session, transport: str, limits: Limits, letters: int, now: datetime) -> None:
    if not limits.any or not letters:
        return
    taken, free_at = _row(session, transport, now.date())
    if limits.rate is not None:
        free_at = max(free_at or now, now) + letters * timedelta(seconds=1 / limits.rate)
    _write(session, transport, now.date(), taken + letters, free_at)


def give_back(
    session: Session, transport: str, limits: Limits, letters: int, now: datetime
) -> None:
    """The server did not take them: they don't count against its day."""
    if limits.any and letters:
        taken, free_at = _row(session, transport, now.date())
        _write(session, transport, now.date(), max(0, taken - letters), free_at)


def turns(session: Session, rate: float, scopes: Sequence[str], now: datetime) -> list[datetime]:
    """When each of these letters may go, given whom it goes to (by `domain_scope`), in their order.

    Those that may go now are counted; who has to wait is told a moment, and has to ask again.
    """
    if not scopes:
        return []
    apart = timedelta(seconds=1 / rate)
    ahead = max(DOMAIN_BURST, apart) - apart
    held = backoff.hold(session, {*scopes})
    free_at = {row.scope: max(row.free_at or now, now) for row in held}
    found, taken = [], {}
    for scope in scopes:
        found.append(free_at[scope] - ahead)
        free_at[scope] += apart
        if found[-1] <= now:
            taken[scope] = free_at[scope]
    if taken:
        session.connection().execute(
            update(_throttle)
            .where(_throttle.c.scope == bindparam("of"))
            .values(free_at=bindparam("then")),
            [{"of": scope, "then": then} for scope, then in taken.items()],
        )
    return found


def _row(session: Session, transport: str, day: date) -> tuple[int, datetime | None]:
    """What was taken that day, and the next free moment; nobody else may look until we end."""
    (row,) = backoff.hold(session, [transport_scope(transport)])
    return (row.taken if row.day == day else 0), row.free_at


def _write(
    session: Session, transport: str, day: date, taken: int, free_at: datetime | None
) -> None:
    session.connection().execute(
        update(_throttle)
        .where(_throttle.c.scope == transport_scope(transport))
        .values(day=day, taken=taken, free_at=free_at)
    )


def _midnight(now: datetime) -> datetime:
    return datetime.combine(now.date() + timedelta(days=1), time(0), now.tzinfo)
