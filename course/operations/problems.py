"""Deliveries that need attention or were deferred: by state, by the server's words, by domain.

Rows are read newest first and at most `SAMPLE_LIMIT` of each sort, so the time is bounded however
many there are.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, TextClause, and_, or_, select

from course.letters.delivery_rows import PLACES, with_subscriber
from course.models import Delivery, Subscriber
from course.models.columns import table
from course.models.delivery import NEEDS_ATTENTION, QUEUES
from course.runtime import redaction

# The most rows that are read for their state and their words, of each sort.
SAMPLE_LIMIT = 10_000

# The groups that are named; the rest is in the counts.
LISTED = 10

# Characters of the server's words by which letters are grouped.
REASON_LENGTH = 60

_delivery = table(Delivery)
_subscriber = table(Subscriber)


@dataclass(frozen=True)
class Group:
    """Letters in trouble that have something in common. `states` counts them."""

    name: str
    states: Counter[str]

    @property
    def letters(self) -> int:
        return self.states.total()


def reason(words: str) -> str:
    """What letters are grouped by: how the server began, without the address it repeats."""
    return redaction.without_addresses(words)[:REASON_LENGTH].strip() or "nothing was said"


def by_reason(rows: Sequence[Any]) -> list[Group]:
    """By how the server's words began; the largest group first."""
    return _groups(reason, ((row.words, row.state) for row in rows))


def by_domain(rows: Sequence[Any]) -> list[Group]:
    """By the recipient's domain; the largest group first."""
    return _groups(_domain, ((row.address, row.state) for row in rows))


def queries(now: datetime) -> tuple[Select[Any], ...]:
    """What is over and went wrong, what waits for another try, and what may be tried just now.

    Those that are uncertain and wait are in the first already.
    """
    troubled = (
        with_subscriber(select(_delivery.c.state, _delivery.c.words, _subscriber.c.address))
        .where(NEEDS_ATTENTION)
        .order_by(_delivery.c.id.desc())
        .limit(SAMPLE_LIMIT)
    )
    try_at = _delivery.c.try_at
    hours = (now < try_at, now >= try_at)
    return troubled, *(_deferred(hour, queue) for hour in hours for queue in QUEUES)


def _deferred(hour: ColumnElement[bool], queue: TextClause) -> Select[Any]:
    """Of the first to be tried, those that were put off: however many wait, no more are read.

    What is due and has words found no server that would have it.
    """
    waiting = (
        select(*(_delivery.c[name] for name in ("state", "words", *PLACES)))
        .where(hour, queue)
        .order_by(_delivery.c.try_at, _delivery.c.id)
        .limit(SAMPLE_LIMIT)
        .subquery("waiting")
    )
    found: Select[Any] = with_subscriber(
        select(waiting.c.state, waiting.c.words, _subscriber.c.address), waiting
    )
    return found.where(
        or_(waiting.c.state == "deferred", and_(waiting.c.state == "due", waiting.c.words != ""))
    )


def _groups(name: Callable[[str], str], found: Iterable[tuple[str, str]]) -> list[Group]:
    """The largest first. Most are alike, so each is named once."""
    groups: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (words, state), count in Counter(found).items():
        groups[name(words)][state] += count
    named = [Group(of, states) for of, states in groups.items()]
    return sorted(named, key=lambda group: (-group.letters, group.name))[:LISTED]


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()
