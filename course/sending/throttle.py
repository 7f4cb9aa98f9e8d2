"""Rate limits: how many letters a transport may take up now, and how many one recipients' domain.

Asked in the transaction that claims, with the rows of `throttle` locked, so that all workers share
one limit. Generic cell rate algorithm: `free_at` is the theoretical arrival time, the next slot
that nobody has taken. Of a transport's rate at most a quarter of a second is taken at once. Without
limits no row is read (docs/decisions/throttles.md).
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

# As much of a transport's rate as may go out at once.
BURST = timedelta(seconds=0.25)

# The same of one domain's: what is put off is seen again by the clock, after seconds.
DOMAIN_BURST = timedelta(seconds=5)


class Allowance(NamedTuple):
    """So many letters now. Where that is none, it is worth asking again at `again_at`.

    `is_for_today`: the day's limit is not reached, and only the rate makes us wait.
    """

    letters: int
    again_at: datetime | None = None
    is_for_today: bool = True


def allowance(
    session: Session, transport: str, limits: Limits, asked: int, now: datetime
) -> Allowance:
    """At most `asked`. What is taken up has to be consumed in the same transaction."""
    if not limits.any:
        return Allowance(asked)
    taken, free_at = _row(session, transport, now.date())
    most = limits.on(now.date())
    if most is not None and taken >= most:
        return Allowance(0, _midnight(now), is_for_today=False)
    left = asked if most is None else min(asked, most - taken)
    if limits.rate is None:
        return Allowance(left)
    apart = timedelta(seconds=1 / limits.rate)
    room = now + max(BURST, apart) - max(free_at or now, now)
    free = math.floor(room / apart)
    return Allowance(min(left, free)) if free > 0 else Allowance(0, now + apart - room)


def consume(session: Session, transport: str, limits: Limits, letters: int, now: datetime) -> None:
    if not limits.any or not letters:
        return
    taken, free_at = _row(session, transport, now.date())
    if limits.rate is not None:
        free_at = max(free_at or now, now) + letters * timedelta(seconds=1 / limits.rate)
    _write(session, transport, now.date(), taken + letters, free_at)


def refund(session: Session, transport: str, limits: Limits, letters: int, now: datetime) -> None:
    """The server did not take these letters: they don't count against its day."""
    if limits.any and letters:
        taken, free_at = _row(session, transport, now.date())
        _write(session, transport, now.date(), max(0, taken - letters), free_at)


def domain_slots(
    session: Session, rate: float, scopes: Sequence[str], now: datetime
) -> list[datetime]:
    """When each letter may go, given its recipient's `domain_scope`; in the order of `scopes`.

    Locks the domains' rows. Slots that are due now are consumed; a later one is not reserved, and
    has to be asked for again.
    """
    if not scopes:
        return []
    apart = timedelta(seconds=1 / rate)
    ahead = max(DOMAIN_BURST, apart) - apart
    locked = backoff.lock_rows(session, {*scopes})
    free_at = {row.scope: max(row.free_at or now, now) for row in locked}
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
    """What was taken that day, and the next free slot; the row is locked."""
    (row,) = backoff.lock_rows(session, [transport_scope(transport)])
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
