"""A worker's side of the database: record the last results and claim the next batch.

One transaction for both, so that a batch costs one commit: together 26 of the 145 µs that a letter
takes (docs/performance.md). None is open while a letter is sent.
"""

import os
import socket
from collections import deque
from datetime import datetime
from functools import partial
from uuid import uuid4

from sqlmodel import Session

from course.db.sessions import transaction
from course.journal import quotes
from course.letters.personalising import MessageBuilder
from course.models.delivery import QUEUES
from course.outbox import claims, deliveries
from course.outbox.claims import Claimant, Claimed
from course.outbox.deliveries import Outcome
from course.runtime.process import Runtime
from course.sending import tally
from course.sending.attempt_log import AttemptLog
from course.sending.batch import Batch, boottime
from course.sending.failover import Failover
from course.subscribers import recalls


class Claimer:
    """`batches` in flight, by the ids of deliveries that have no result yet.

    `results` are not in the database yet; of the `finished` batches every result is known.
    """

    def __init__(self, runtime: Runtime, failover: Failover, builder: MessageBuilder) -> None:
        self.batches: dict[int, Batch] = {}
        self.results: deque[Outcome] = deque()
        self.finished: deque[Batch] = deque()
        self._runtime, self._failover, self._builder = runtime, failover, builder

    def record_and_claim(self, size: int, queues: int = len(QUEUES)) -> Batch | None:
        """Record the last results and claim up to `size` letters, of the first `queues`.

        Where all that was found had to be put off or withdrawn, it is asked again for what is
        behind it.
        """
        batch, unblocked = self._step(size, queues)
        while batch is None and unblocked and not self._runtime.stopping.is_set():
            batch, unblocked = self._step(size, queues)
        return batch

    def _step(self, size: int, queues: int) -> tuple[Batch | None, bool]:
        """One transaction, after the one that saves backoffs.

        The batch, and whether deliveries have left the head of the queue.
        """
        # In this order: the sender goes on meanwhile, and of a batch that is finished by now every
        # result is among the results. The other way round its last one could be missing.
        finished, results = list(self.finished), list(self.results)
        if not (size or results or finished):
            return None, False
        self._failover.save_backoffs()
        with transaction(self._runtime.engine) as session:
            now = self._runtime.now_without_jump()
            size = 0 if self._runtime.jump_detector.jump else size
            deliveries.record(session, results, now)
            claims.close(session, (batch.fence for batch in finished))
            tally.add(session, self._failover.current.name, results, now)
            self._failover.refund(session, results, now)
            batch, claimed = self._claim(session, size, queues, now) if size else (None, None)
        for _ in results:
            self.results.popleft()
        for _ in finished:
            self.finished.popleft().attempt_log.delete()
        return batch, claimed is not None and self._unblocked(claimed, now)

    def _claim(
        self, session: Session, size: int, queues: int, now: datetime
    ) -> tuple[Batch | None, Claimed | None]:
        token, begun_at = uuid4().hex, boottime()
        if not (size := self._failover.allowance(session, size, now)):
            return None, None
        part = partial(self._failover.split_ready, session, now=now)
        claimed = claims.claim(session, now, size, self._taker(token), part, queues)
        if not claimed.letters:
            return None, claimed
        self._failover.consume(session, len(claimed.letters), now)
        batch = Batch(
            claimed.fence,
            claimed.letters,
            prepared=self._builder.prepare(session, claimed.letters),
            words=quotes.own_words(session, claimed.letters),
            attempt_log=AttemptLog(self._runtime.attempt_logs, token),
            taken_at=now,
            deadline_boottime=begun_at + self._runtime.lease.total_seconds() / 2,
            deadline=now + self._runtime.lease / 2,
        )
        self.batches.update(dict.fromkeys(batch.not_attempted, batch))
        return batch, claimed

    def _taker(self, token: str) -> Claimant:
        worker = f"{socket.gethostname()}:{os.getpid()}"
        return Claimant(token, worker, self._failover.current.name, self._runtime.lease)

    def _unblocked(self, claimed: Claimed, now: datetime) -> bool:
        """Whether deliveries left the head of the queue; recalls those out of turn."""
        recalled = 0
        if claimed.out_of_turn:
            with transaction(self._runtime.engine) as session:
                recalled = recalls.recall_out_of_turn(session, claimed.out_of_turn, now)
        return bool(recalled or claimed.rescheduled)
