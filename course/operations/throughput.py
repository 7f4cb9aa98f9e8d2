"""How many letters each transport sent, lost and deferred today: from the tally, a row a minute."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import Session

from course.models import Tally
from course.models.columns import table
from course.models.tally import OUTCOMES

_tally = table(Tally)

# Full minutes over which the rate is taken.
RATE_MINUTES = 5


@dataclass(frozen=True)
class TransportCounts:
    """What became of today's letters (since midnight, UTC) by one transport; `rate` a minute."""

    transport: str
    sent: int
    refused: int
    deferred: int
    uncertain: int
    failed: int
    rate: float


def transport_counts(session: Session, now: datetime) -> list[TransportCounts]:
    """One for each transport that had a letter today."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    today = session.connection().execute(_today(midnight)).all()
    recent: dict[str, int] = dict(map(tuple, session.connection().execute(_recent(now))))
    return [
        TransportCounts(**row._mapping, rate=recent.get(row.transport, 0) / RATE_MINUTES)
        for row in today
    ]


def _today(midnight: datetime) -> Select[Any]:
    sums = [func.sum(_tally.c[state]).label(state) for state in OUTCOMES]
    query = select(_tally.c.transport, *sums).where(_tally.c.minute >= midnight)
    return query.group_by(_tally.c.transport).order_by(_tally.c.transport)


def _recent(now: datetime) -> Select[Any]:
    """The minute that is under way is not full yet."""
    minute = now.replace(second=0, microsecond=0)
    return (
        select(_tally.c.transport, func.sum(_tally.c.sent))
        .where(
            _tally.c.minute >= minute - timedelta(minutes=RATE_MINUTES), _tally.c.minute < minute
        )
        .group_by(_tally.c.transport)
    )
