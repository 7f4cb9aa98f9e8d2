"""How the delivery engine does, in numbers: for the terminal, the overview and the metrics.

Fast whatever the number of deliveries: what waits and what is in trouble is counted in the narrow
indexes that hold nothing else, what was sent in the tally, what is in flight by the active
claims. Whatever needs a row's own words looks at the newest `SAMPLE_LIMIT` and says so.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, TextClause, and_, func, or_, select, text
from sqlmodel import Session

from course.db import bulk
from course.models import Broadcast, Claim, Delivery, Enrollment, Request, Subscriber, Tally
from course.models.columns import table
from course.outbox.deliveries import QUEUES
from course.runtime import heartbeats, redaction
from course.runtime.heartbeats import NEVER, Pulse
from course.sending import backoff
from course.sending.backoff import Rest

# So many rows at most are looked at for their state and their words, of each kind.
SAMPLE_LIMIT = 10_000

# The groups that are named; the rest is in the counts.
LISTED = 10

# Characters of what the server said by which letters are put together.
REASON_LENGTH = 60

# A due letter is carried within seconds, where somebody carries it.
LATE = timedelta(minutes=15)

# All rows of a broadcast to a million are written within minutes.
BROADCAST_LATE = timedelta(hours=1)

# Full minutes over which the rate is taken.
RATE_MINUTES = 5

STATES = ("deferred", "uncertain", "held", "refused", "failed")

# Word for word the condition of `ix_delivery_trouble`, or no database would take that index.
NEEDS_ATTENTION = text("delivery.state IN ('refused', 'uncertain', 'failed', 'held')")

_delivery = table(Delivery)
_TRY_AT: ColumnElement[datetime] = _delivery.c.try_at
_enrollment = table(Enrollment)
_subscriber = table(Subscriber)
_request = table(Request)
_broadcast = table(Broadcast)
_claim = table(Claim)
_tally = table(Tally)


@dataclass(frozen=True)
class ActiveClaim:
    """A claim: who holds how many letters without a fate, since when and until when."""

    claim: int
    worker: str
    transport: str
    letters: int
    since: datetime
    until: datetime


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


@dataclass(frozen=True)
class Group:
    """Letters in trouble that have something in common. `states` counts them."""

    name: str
    states: Counter[str]

    @property
    def letters(self) -> int:
        return self.states.total()


class Unfinished(NamedTuple):
    """A broadcast whose rows are not all written, and how long ago it should have begun."""

    id: int
    age: timedelta


class Unanswered(NamedTuple):
    """A request, and how long ago it was asked."""

    id: int
    age: timedelta


@dataclass(frozen=True)
class Status:
    """`states` counts what is in trouble, by its state; it is a lower bound where `more` is set.

    `due`, `later`, `oldest` (how long the oldest due one has waited) and `active_claims` are exact.
    `unwritten` is how long a reader whose hour has come, or a request, has waited for a clock.
    `unanswerable` are the requests (at most `SAMPLE_LIMIT`) that are left though a clock has looked
    for longer than `LATE` since, `unfinished` the broadcasts that should have been written for
    longer than `BROADCAST_LATE`. `clock` says when a clock looked last. `reasons` are the server's
    words, without any address; `domains` are the recipients'. `backoffs` are the transports and the
    recipients' domains that are left alone just now.
    """

    at: datetime
    due: int
    later: int
    oldest: timedelta | None
    active_claims: list[ActiveClaim]
    transport_counts: list[TransportCounts]
    states: Counter[str]
    more: bool
    reasons: list[Group] = field(default_factory=list)
    domains: list[Group] = field(default_factory=list)
    backoffs: list[Rest] = field(default_factory=list)
    unwritten: timedelta | None = None
    clock: Pulse = NEVER
    unanswerable: list[Unanswered] = field(default_factory=list)
    unfinished: list[Unfinished] = field(default_factory=list)

    @property
    def longest(self) -> timedelta | None:
        """How long anything at all has waited, written or not."""
        return max((age for age in (self.oldest, self.unwritten) if age is not None), default=None)

    @property
    def in_flight(self) -> int:
        return sum(held.letters for held in self.active_claims)

    @property
    def sent_today(self) -> int:
        return sum(counts.sent for counts in self.transport_counts)

    @property
    def rate(self) -> float:
        return sum(counts.rate for counts in self.transport_counts)


def read_status(session: Session, now: datetime) -> Status:
    due, later = (_number(session, hour) for hour in (now >= _TRY_AT, now < _TRY_AT))
    oldest = _oldest(session, now)
    found = [session.connection().execute(query).all() for query in _looks(now)]
    pulse = heartbeats.pulse(session, now)
    troubled = [row for rows_ in found for row in rows_]
    return Status(
        at=now,
        due=due,
        later=later,
        oldest=None if oldest is None else now - oldest,
        unwritten=unwritten(session, now, pulse),
        clock=pulse,
        unanswerable=_unanswerable(session, now, pulse),
        unfinished=_unfinished(session, now),
        active_claims=active_claims(session),
        transport_counts=transport_counts(session, now),
        states=Counter(row.state for row in troubled),
        more=any(len(rows_) == SAMPLE_LIMIT for rows_ in found)
        or due > SAMPLE_LIMIT
        or later > SAMPLE_LIMIT,
        reasons=_groups(reason, ((row.words, row.state) for row in troubled)),
        domains=_groups(_domain, ((row.address, row.state) for row in troubled)),
        backoffs=sorted(
            (rest for rest in backoff.rests(session).values() if rest.until > now),
            key=lambda rest: rest.scope,
        )[:LISTED],
    )


class Waits(NamedTuple):
    """How long the oldest has waited, for a worker and for a clock; and the clock's own pulse."""

    oldest: timedelta | None
    unwritten: timedelta | None
    clock: Pulse


def read_waits(session: Session, now: datetime) -> Waits:
    """Of all that is in a status, what a probe may ask every second."""
    oldest = _oldest(session, now)
    waited = None if oldest is None else now - oldest
    pulse = heartbeats.pulse(session, now)
    return Waits(waited, unwritten(session, now, pulse), pulse)


def unwritten(session: Session, now: datetime, pulse: Pulse) -> timedelta | None:
    """How long the first has waited for a clock, each from its index; none where nobody has.

    A request that clocks have looked at for long enough waits for something else.
    """
    hours = (_enrollment.c.next_send_at, _enrollment.c.nudge_at)
    firsts = [select(at).where(at <= now).order_by(at).limit(1) for at in hours]
    asked = select(_request.c.asked_at).order_by(_request.c.id).limit(1)
    if pulse.age is not None:
        asked = asked.where(_request.c.asked_at >= now - pulse.age - LATE)
    found = [session.connection().execute(first).scalar() for first in (*firsts, asked)]
    return max((now - at for at in found if at is not None and at <= now), default=None)


def _unanswerable(session: Session, now: datetime, pulse: Pulse) -> list[Unanswered]:
    if pulse.age is None:
        return []
    at = _request.c.asked_at
    left = select(_request.c.id, at).where(at < now - pulse.age - LATE)
    found = session.connection().execute(left.order_by(_request.c.id).limit(SAMPLE_LIMIT))
    return [Unanswered(id_, now - asked_at) for id_, asked_at in found]


def _unfinished(session: Session, now: datetime) -> list[Unfinished]:
    """The longest first; one that was made after its hour could not begin at it."""
    late = now - BROADCAST_LATE
    left = select(_broadcast.c.id, _broadcast.c.due_at, _broadcast.c.created_at).where(
        _broadcast.c.written_at.is_(None), _broadcast.c.due_at < late
    )
    found = session.connection().execute(left.order_by(_broadcast.c.due_at).limit(LISTED)).all()
    since = [(row.id, max(row.due_at, row.created_at)) for row in found]
    return [Unfinished(id_, now - begins) for id_, begins in since if begins < late]


def active_claims(session: Session) -> list[ActiveClaim]:
    """The claims with a lease, be it over and nobody has looked yet; the oldest first."""
    claims = session.connection().execute(_claims()).all()
    ids = [id_ for claim in claims for id_ in claim.ids]
    found = session.connection().execute(_attempting(session), bulk.ids_parameter(session, ids))
    left: dict[int, int] = dict(map(tuple, found))
    return [
        ActiveClaim(c.id, c.worker, c.transport, left.get(c.id, 0), c.taken_at, c.lease_until)
        for c in claims
    ]


def transport_counts(session: Session, now: datetime) -> list[TransportCounts]:
    """One for each transport that had a letter today."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    today = session.connection().execute(_today(midnight)).all()
    recent: dict[str, int] = dict(map(tuple, session.connection().execute(_recent(now))))
    return [
        TransportCounts(**row._mapping, rate=recent.get(row.transport, 0) / RATE_MINUTES)
        for row in today
    ]


def reason(words: str) -> str:
    """What letters are put together by: how the server began, without the address it repeats."""
    return redaction.without_addresses(words)[:REASON_LENGTH].strip() or "nothing was said"


def _number(session: Session, hour: ColumnElement[bool]) -> int:
    """How many wait for an hour like that, in all queues."""
    counts = (select(func.count()).select_from(_delivery).where(hour, queue) for queue in QUEUES)
    return sum(session.connection().execute(count).scalar_one() for count in counts)


def _oldest(session: Session, now: datetime) -> datetime | None:
    due = select(_delivery.c.try_at).where(_delivery.c.try_at <= now)
    first = due.order_by(_delivery.c.try_at).limit(1)
    found = (session.connection().execute(first.where(queue)).scalar() for queue in QUEUES)
    return min((at for at in found if at is not None), default=None)


def _looks(now: datetime) -> tuple[Select[Any], ...]:
    """What is over and went wrong, what waits for another try, and what may be tried just now.

    Those that are uncertain and wait are in the first already.
    """
    troubled = (
        select(_delivery.c.state, _delivery.c.words, _subscriber.c.address)
        .join(_enrollment, _enrollment.c.id == _delivery.c.enrollment_id)
        .join(_subscriber, _subscriber.c.id == _enrollment.c.subscriber_id)
        .where(NEEDS_ATTENTION)
        .order_by(_delivery.c.id.desc())
        .limit(SAMPLE_LIMIT)
    )
    hours = (now < _TRY_AT, now >= _TRY_AT)
    return troubled, *(_deferred(hour, queue) for hour in hours for queue in QUEUES)


def _deferred(hour: ColumnElement[bool], queue: TextClause) -> Select[Any]:
    """Of the first to be tried, those that were put off: however many wait, no more are read.

    What is due and has words found no server that would have it.
    """
    waiting = (
        select(_delivery.c.state, _delivery.c.words, _delivery.c.enrollment_id)
        .where(hour, queue)
        .order_by(_delivery.c.try_at, _delivery.c.id)
        .limit(SAMPLE_LIMIT)
        .subquery("waiting")
    )
    return (
        select(waiting.c.state, waiting.c.words, _subscriber.c.address)
        .join(_enrollment, _enrollment.c.id == waiting.c.enrollment_id)
        .join(_subscriber, _subscriber.c.id == _enrollment.c.subscriber_id)
        .where(
            or_(
                waiting.c.state == "deferred", and_(waiting.c.state == "due", waiting.c.words != "")
            )
        )
    )


def _claims() -> Select[Any]:
    return select(_claim).where(_claim.c.lease_until.is_not(None)).order_by(_claim.c.id)


def _attempting(session: Session) -> Select[Any]:
    return (
        select(_delivery.c.fence, func.count())
        .where(
            bulk.in_ids(bulk.dialect(session), _delivery.c.id),
            _delivery.c.state == "attempting",
        )
        .group_by(_delivery.c.fence)
    )


def _today(midnight: datetime) -> Select[Any]:
    counted = ("sent", "refused", "deferred", "uncertain", "failed")
    sums = [func.sum(_tally.c[name]).label(name) for name in counted]
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


def _groups(name: Callable[[str], str], found: Iterable[tuple[str, str]]) -> list[Group]:
    """The largest first. Most are alike, so each is named once."""
    groups: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (words, state), count in Counter(found).items():
        groups[name(words)][state] += count
    named = [Group(of, states) for of, states in groups.items()]
    return sorted(named, key=lambda group: (-group.letters, group.name))[:LISTED]


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()
