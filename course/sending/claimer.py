"""A worker's side of the database: record the last results and claim the next batch.

One transaction for both, so that a batch costs one commit: together 26 of the 145 µs that a letter
takes (docs/performance.md). None is open while a letter is sent.
"""

import os
import socket
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from sqlmodel import Session

from course.db.transactions import transaction
from course.journal import quotes
from course.letters.delivery_rows import DeliveryRow
from course.letters.personalising import MessageBuilder
from course.models.delivery import QUEUES
from course.outbox import claims, deliveries
from course.outbox.claims import Claimant
from course.runtime.clock import boottime
from course.runtime.process import Runtime
from course.sending import tally
from course.sending.attempt_log import AttemptLog
from course.sending.batch import Batch
from course.sending.failover import Failover
from course.sending.in_flight import InFlight
from course.subscribers import recalls


@dataclass(frozen=True)
class Claimed:
    """What one transaction took: `deliveries` under the claim's number, the `fence`; none, mostly.

    `begun_at` is from before the claim (`boottime`). `out_of_turn`: deliveries to be recalled.
    `rescheduled`: how many have left the head of the queue, withdrawn or put off.
    """

    fence: int = 0
    deliveries: list[DeliveryRow] = field(default_factory=list)
    out_of_turn: list[int] = field(default_factory=list)
    rescheduled: int = 0
    token: str = ""
    begun_at: float = 0.0


class Claimer:
    """Its methods run in the claimer's thread; `in_flight` is shared with the sender's."""

    def __init__(
        self, runtime: Runtime, failover: Failover, builder: MessageBuilder, in_flight: InFlight
    ) -> None:
        self._runtime, self._failover, self._builder = runtime, failover, builder
        self._in_flight = in_flight

    def record_and_claim(self, size: int, queues: int = len(QUEUES)) -> Batch | None:
        """Record the last results and claim up to `size` letters, of the first `queues`.

        Where everything at the head of the queue was put off or withdrawn, claims again: it must
        not hide what is behind it.
        """
        batch, unblocked = self._record_and_claim_once(size, queues)
        while batch is None and unblocked and not self._runtime.stopping.is_set():
            batch, unblocked = self._record_and_claim_once(size, queues)
        return batch

    def _record_and_claim_once(self, size: int, queues: int) -> tuple[Batch | None, bool]:
        """One transaction, after the one that saves backoffs.

        The batch, and whether deliveries have left the head of the queue.
        """
        finished, results = self._in_flight.unrecorded()
        if not (size or results or finished):
            return None, False
        self._failover.save_backoffs()
        with transaction(self._runtime.engine) as session:
            now = self._runtime.now_without_jump()
            size = 0 if self._runtime.jump_detector.jump else size
            deliveries.record(session, results, now)
            claims.close(session, (batch.fence for batch in finished))
            tally.add(session, self._failover.current.name, results, now)
            allowance = self._failover.allowance(session, results, now)
            size = self._failover.grant(allowance, size) if size else 0
            claimed = self._claim(session, size, queues, now) if size else Claimed()
            allowance.consume(len(claimed.deliveries))
            allowance.save()
            batch = self._batch(session, claimed, now) if claimed.deliveries else None
        self._in_flight.recorded(finished, results)
        return batch, self._unblocked(claimed, now)

    def _claim(self, session: Session, size: int, queues: int, now: datetime) -> Claimed:
        token, begun_at = uuid4().hex, boottime()
        candidates = claims.lock(session, now, size, queues)
        ready, later = self._failover.split_ready(session, candidates.deliveries, now)
        claims.put_off(session, later)
        fence = claims.take(session, self._claimant(token), ready, now) if ready else 0
        rescheduled = candidates.withdrawn + len(later)
        return Claimed(fence, ready, candidates.out_of_turn, rescheduled, token, begun_at)

    def _batch(self, session: Session, claimed: Claimed, now: datetime) -> Batch:
        batch = Batch(
            claimed.fence,
            claimed.deliveries,
            prepared=self._builder.prepare(session, claimed.deliveries),
            quotes=quotes.closing_quotes(session, claimed.deliveries),
            attempt_log=AttemptLog(self._runtime.attempt_logs, claimed.token),
            taken_at=now,
            deadline_boottime=claimed.begun_at + self._runtime.lease.total_seconds() / 2,
            deadline=now + self._runtime.lease / 2,
        )
        self._in_flight.add(batch)
        return batch

    def _claimant(self, token: str) -> Claimant:
        worker = f"{socket.gethostname()}:{os.getpid()}"
        return Claimant(token, worker, self._failover.current.name, self._runtime.lease)

    def _unblocked(self, claimed: Claimed, now: datetime) -> bool:
        """Whether deliveries left the head of the queue; recalls those out of turn."""
        recalled = 0
        if claimed.out_of_turn:
            with transaction(self._runtime.engine) as session:
                recalled = recalls.recall_out_of_turn(session, claimed.out_of_turn, now)
        return bool(recalled or claimed.rescheduled)
