"""How many letters ended how, a row for each transport and minute."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import bindparam, delete
from sqlmodel import Session

from course.db import bulk
from course.models import Tally
from course.models.columns import table
from course.models.tally import OUTCOMES
from course.outbox.deliveries import Outcome

# The day's limit and the status page look back no further.
KEPT = timedelta(days=8)

_tally = table(Tally)


def add(session: Session, transport: str, outcomes: Iterable[Outcome], now: datetime) -> None:
    """After a commit whose answer was lost this is done once more: counts may be too high."""
    counts = Counter(outcome.state for outcome in outcomes)
    if not any(counts[state] for state in OUTCOMES):
        return
    minute = now.replace(second=0, microsecond=0)
    new = {state.value: counts[state] for state in OUTCOMES}
    row = {"transport": transport, "minute": minute, **new}
    session.connection().execute(_add(bulk.dialect(session)), row)


def prune(session: Session, now: datetime) -> None:
    session.connection().execute(_PRUNE, {"before": now - KEPT})


# At every tick, so built once.
_PRUNE = delete(_tally).where(_tally.c.minute < bindparam("before"))


@cache
def _add(dialect: str) -> Any:
    statement = bulk.insert(dialect, _tally)
    more = {state.value: _tally.c[state] + statement.excluded[state] for state in OUTCOMES}
    return statement.on_conflict_do_update(index_elements=["transport", "minute"], set_=more)
