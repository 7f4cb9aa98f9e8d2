"""A worker's work: claim a batch, print it, hand it over, write down what the server said.

No transaction is open while the mail server is spoken to.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session

from course import outbox
from course.db import reading, transaction
from course.models import DeliveryKind, DeliveryState
from course.outbox import LEASE, Claimed, Outcome
from course.personalising import Press
from course.runtime import Runtime
from emails.errors import Deferred, EmailError, Refused, Uncertain
from emails.transports import Outgoing, Receipt

log = logging.getLogger(__name__)

# After a crash, at most this many letters are uncertain.
BATCH = 20

# Then the next one may go on: well within `bell.JOB_TIMEOUT`, which would break off a letter.
SHIFT = timedelta(minutes=5)

# A slow server may take minutes over a letter. One that is begun later than this after the claim
# could still be on its way when the lease runs out and somebody else sends it again.
LATEST = LEASE / 2

# How long a deferred letter rests after each attempt; after the last one it has failed.
PATIENCE = tuple(timedelta(minutes=m) for m in (5, 15, 45, 120, 360, 720, 1440))

# Uncertain letters that are sent again: once too often is better than never.
AGAIN = tuple(DeliveryKind)


@dataclass
class Tally:
    """How many letters ended how."""

    sent: int = 0
    others: int = 0

    def count(self, outcomes: Iterable[Outcome]) -> None:
        for outcome in outcomes:
            if outcome.state is DeliveryState.SENT:
                self.sent += 1
            else:
                self.others += 1


@dataclass
class Batch:
    """Letters marked as being sent, and what is known of each so far.

    `nobody`: the deliveries of which the server said that nobody lives there.
    """

    rows: dict[int, Claimed]
    since: datetime
    outcomes: list[Outcome] = field(default_factory=list)
    nobody: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.untried = dict(self.rows)

    def hand_over(self, runtime: Runtime, printed: dict[int, Outgoing | EmailError]) -> None:
        for reply_to, reply in runtime.transport.deliver(self._letters(runtime, printed)):
            self.outcomes.append(_outcome(self.rows[reply_to], reply, self.since))
            if isinstance(reply, Refused) and reply.is_about_the_address:
                self.nobody.append(reply_to)

    def _letters(
        self, runtime: Runtime, printed: dict[int, Outgoing | EmailError]
    ) -> Iterator[Outgoing]:
        """One after the other, while there is time; what is unprintable has its outcome now."""
        for id_, row in self.rows.items():
            if runtime.stopping.is_set() or runtime.now() - self.since > LATEST:
                return
            del self.untried[id_]
            if isinstance(made := printed[id_], Outgoing):
                yield made
            else:
                self.outcomes.append(_unprintable(row, made, self.since))


def deliver_due(runtime: Runtime, for_at_most: timedelta = SHIFT) -> Tally:
    """Hand over what is due, batch after batch, until nothing is or the time is up."""
    tally, until = Tally(), runtime.now() + for_at_most
    while not runtime.stopping.is_set() and runtime.now() < until:
        with transaction(runtime.engine) as session:
            claimed = outbox.claim(session, runtime.now(), BATCH)
        if not claimed:
            break
        tally.count(_deliver(runtime, claimed))
    return tally


def send_uncertain_again(session: Session, now: datetime) -> int:
    """What may have been lost goes out again, after a pause: the server may have been the cause."""
    return outbox.send_uncertain_again(session, now + PATIENCE[0], AGAIN, len(PATIENCE))


def _deliver(runtime: Runtime, claimed: list[Claimed]) -> list[Outcome]:
    now = runtime.now()
    press = Press(runtime.settings, runtime.links)
    with reading(runtime.engine) as session:
        printed = press.messages(session, (row.id for row in claimed), now)
    with transaction(runtime.engine) as session:
        allowed = outbox.attempt(session, claimed, now)
    batch = Batch({row.id: row for row in claimed if row.id in allowed}, now)
    try:
        batch.hand_over(runtime, printed)
    finally:
        # Whatever broke it off: what the server has said so far is known.
        _write_down(runtime, batch)
    return batch.outcomes


def _write_down(runtime: Runtime, batch: Batch) -> None:
    with transaction(runtime.engine) as session:
        outbox.record(session, batch.outcomes)
        outbox.give_back(session, batch.untried.values())
        outbox.suppress(session, batch.nobody, batch.since)
    for outcome in batch.outcomes:
        log.info("delivery %d: %s", outcome.id, outcome.state.value)


def _outcome(row: Claimed, reply: Receipt | EmailError, now: datetime) -> Outcome:
    match reply:
        case Receipt():
            return Outcome(row.id, row.fence, DeliveryState.SENT, reply.words, now, sent_at=now)
        case Refused():
            return Outcome(row.id, row.fence, DeliveryState.REFUSED, str(reply), now)
        case Uncertain():
            return Outcome(row.id, row.fence, DeliveryState.UNCERTAIN, str(reply), now)
        case Deferred() if row.attempts < len(PATIENCE):
            later = now + PATIENCE[row.attempts]
            return Outcome(row.id, row.fence, DeliveryState.DEFERRED, str(reply), later)
        case _:
            return Outcome(row.id, row.fence, DeliveryState.FAILED, str(reply), now)


def _unprintable(row: Claimed, error: EmailError, now: datetime) -> Outcome:
    return Outcome(row.id, row.fence, DeliveryState.FAILED, f"not printable: {error}", now)
