"""A worker's work: claim a batch, print it, hand it over, write down what the server said.

No transaction is open while the mail server is spoken to.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, select

from course import outbox
from course.db import reading, transaction
from course.models import Delivery, DeliveryKind, DeliveryState, Subscriber, Suppression
from course.models import SuppressionReason as Reason
from course.outbox import Claimed, Outcome
from course.personalising import Press
from course.runtime import Runtime
from emails.errors import Deferred, EmailError, Refused, Uncertain
from emails.transports import Outgoing, Receipt

log = logging.getLogger(__name__)

# After a crash, at most this many letters are uncertain.
BATCH = 20

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


def deliver_due(runtime: Runtime) -> Tally:
    """Hand over all that is due, batch after batch."""
    tally = Tally()
    while True:
        with transaction(runtime.engine) as session:
            claimed = outbox.claim(session, runtime.now(), BATCH)
        if not claimed:
            return tally
        tally.count(_deliver(runtime, claimed))


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
    rows = {row.id: row for row in claimed if row.id in allowed}
    outcomes = _hand_over(runtime, rows, printed, now)
    with transaction(runtime.engine) as session:
        outbox.record(session, [outcome for outcome, _ in outcomes])
        _suppress(session, (outcome.id for outcome, bad in outcomes if bad), now)
    for outcome, _ in outcomes:
        log.info("delivery %d: %s", outcome.id, outcome.state.value)
    return [outcome for outcome, _ in outcomes]


def _hand_over(
    runtime: Runtime,
    rows: dict[int, Claimed],
    printed: dict[int, Outgoing | EmailError],
    now: datetime,
) -> list[tuple[Outcome, bool]]:
    """Each outcome, and whether the address itself was refused."""
    errors = {id_: made for id_, made in printed.items() if isinstance(made, EmailError)}
    letters = [made for made in printed.values() if isinstance(made, Outgoing) and made.id in rows]
    outcomes = [(_unprintable(rows[id_], error, now), False) for id_, error in errors.items()]
    for id_, reply in runtime.transport.deliver(letters):
        refused = isinstance(reply, Refused) and reply.is_about_the_address
        outcomes.append((_outcome(rows[id_], reply, now), refused))
    return outcomes


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


def _suppress(session: Session, delivery_ids: Iterable[int], now: datetime) -> None:
    for id_ in delivery_ids:
        key = session.exec(
            select(Subscriber.address_key).join(Delivery).where(Delivery.id == id_)
        ).one_or_none()
        if key is not None and session.get(Suppression, key) is None:
            session.add(Suppression(address_key=key, reason=Reason.REFUSED, since=now))
            session.flush()
