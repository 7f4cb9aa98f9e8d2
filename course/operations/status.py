"""The status of the delivery engine in numbers: for the terminal, the overview and the metrics.

Fast whatever the number of deliveries: what waits (`waits`) and what is in trouble (`problems`) is
counted in partial indexes that hold nothing else, what was sent (`throughput`) in the tally, what
is in flight (`claims_in_flight`) by the claims. What needs a row's own words reads the newest
`SAMPLE_LIMIT`, and says so.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session

from course.operations import problems, waits
from course.operations.claims_in_flight import ActiveClaim, active_claims
from course.operations.problems import LISTED, SAMPLE_LIMIT, Group
from course.operations.throughput import TransportCounts, transport_counts
from course.operations.waits import Unanswered, Unfinished
from course.runtime import heartbeats
from course.runtime.heartbeats import NEVER, ClockState
from course.sending import backoff
from course.sending.backoff import Backoff

STATES = ("deferred", "uncertain", "held", "refused", "failed")


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
    backoffs: list[Backoff] = field(default_factory=list)
    unwritten: timedelta | None = None
    clock: ClockState = NEVER
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
    due, later = waits.due_and_later(session, now)
    oldest = waits.oldest_due(session, now)
    found = [session.connection().execute(query).all() for query in problems.queries(now)]
    clock = heartbeats.clock_state(session, now)
    rows = [row for some in found for row in some]
    is_more = max(due, later) > SAMPLE_LIMIT or max(map(len, found)) == SAMPLE_LIMIT
    return Status(
        at=now,
        due=due,
        later=later,
        oldest=None if oldest is None else now - oldest,
        unwritten=waits.unwritten(session, now, clock),
        clock=clock,
        unanswerable=waits.unanswerable(session, now, clock),
        unfinished=waits.unfinished(session, now),
        active_claims=active_claims(session),
        transport_counts=transport_counts(session, now),
        states=Counter(row.state for row in rows),
        more=is_more,
        reasons=problems.by_reason(rows),
        domains=problems.by_domain(rows),
        backoffs=_backoffs(session, now),
    )


def _backoffs(session: Session, now: datetime) -> list[Backoff]:
    active = (found for found in backoff.active(session).values() if found.until > now)
    return sorted(active, key=lambda found: found.scope)[:LISTED]
