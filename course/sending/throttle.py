"""Rate limits: how many letters a transport may take up now, and how many one recipients' domain.

Asked in the transaction that claims, with the rows of `throttle` locked, so that all workers share
one limit. Generic cell rate algorithm: `free_at` is the theoretical arrival time, the next slot
that nobody has taken. Of a transport's rate at most a quarter of a second is taken at once. Without
limits no row is read (docs/decisions/throttles.md).
"""

import math
from collections.abc import Sequence
from datetime import datetime, time, timedelta
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


class Granted(NamedTuple):
    """So many letters now. Where that is none, it is worth asking again at `again_at`.

    `is_for_today`: the day's limit is not reached, and only the rate makes us wait.
    """

    letters: int
    again_at: datetime | None = None
    is_for_today: bool = True


class Allowance:
    """How many letters a transport may take up, for the length of one transaction.

    Its row of `throttle` is locked and read once, when first needed; letters are refunded and
    consumed in memory, and `save` writes the row once.
    """

    def __init__(self, session: Session, transport: str, limits: Limits, now: datetime) -> None:
        self._session, self._scope = session, transport_scope(transport)
        self._limits, self._now = limits, now
        self._is_read = self._is_changed = False
        self._taken = 0
        self._free_at: datetime | None = None

    def refund(self, letters: int) -> None:
        """The server did not take these letters: they don't count against its day."""
        if self._limits.any and letters:
            self._read()
            self._taken = max(0, self._taken - letters)
            self._is_changed = True

    def grant(self, asked: int) -> Granted:
        """At most `asked`. What is taken up has to be consumed."""
        if not self._limits.any:
            return Granted(asked)
        self._read()
        most = self._limits.on(self._now.date())
        if most is not None and self._taken >= most:
            return Granted(0, _midnight(self._now), is_for_today=False)
        left = asked if most is None else min(asked, most - self._taken)
        if self._limits.rate is None:
            return Granted(left)
        apart = timedelta(seconds=1 / self._limits.rate)
        room = self._now + max(BURST, apart) - max(self._free_at or self._now, self._now)
        free = math.floor(room / apart)
        return Granted(min(left, free)) if free > 0 else Granted(0, self._now + apart - room)

    def consume(self, letters: int) -> None:
        if not self._limits.any or not letters:
            return
        self._read()
        if self._limits.rate is not None:
            apart = timedelta(seconds=1 / self._limits.rate)
            self._free_at = max(self._free_at or self._now, self._now) + letters * apart
        self._taken += letters
        self._is_changed = True

    def save(self) -> None:
        if self._is_changed:
            self._session.connection().execute(
                update(_throttle)
                .where(_throttle.c.scope == self._scope)
                .values(day=self._now.date(), taken=self._taken, free_at=self._free_at)
            )

    def _read(self) -> None:
        """What was taken on this day (UTC), and the rate's next free slot; locks the row."""
        if not self._is_read:
            (row,) = backoff.lock_rows(self._session, [self._scope])
            self._taken = row.taken if row.day == self._now.date() else 0
            self._free_at, self._is_read = row.free_at, True


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


def _midnight(now: datetime) -> datetime:
    return datetime.combine(now.date() + timedelta(days=1), time(0), now.tzinfo)
