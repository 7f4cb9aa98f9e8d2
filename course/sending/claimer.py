"""Who speaks with the database for a worker: what became of the last letters, and who comes next.

One transaction for both, and none is open while a letter is sent.
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
from course.sending.attempt_log import Logbook
from course.sending.batch import Batch, elapsed
from course.sending.failover import Choice
from course.subscribers import recalls


class Clerk:
    """`batches` are in hand, by the ids of their letters without a fate.

    `fates` are not in the database yet; of the `finished` batches every fate is known.
    """

    def __init__(self, runtime: Runtime, choice: Choice, builder: MessageBuilder) -> None:
        self.batches: dict[int, Batch] = {}
        self.fates: deque[Outcome] = deque()
        self.finished: deque[Batch] = deque()
        self._runtime, self._choice, self._builder = runtime, choice, builder

    def turn(self, size: int, queues: int = len(QUEUES)) -> Batch | None:
        """Write down what became of the last letters; who comes next, of the first queues.

        Whole batches may have to be put off before there is one that can go.
        """
        batch, made_way = self._step(size, queues)
        while batch is None and made_way and not self._runtime.stopping.is_set():
            batch, made_way = self._step(size, queues)
        return batch

    def _step(self, size: int, queues: int) -> tuple[Batch | None, bool]:
        """One transaction, once it is told who rests.

        The batch, and whether something does not stand in the way of others any more.
        """
        # In this order: the sender goes on meanwhile, and of a batch that is finished by now every
        # fate is among the fates. The other way round its last one could be missing.
        finished, fates = list(self.finished), list(self.fates)
        if not (size or fates or finished):
            return None, False
        self._choice.tell()
        with transaction(self._runtime.engine) as session:
            now = self._runtime.steady_now()
            size = 0 if self._runtime.steadiness.jump else size
            deliveries.record(session, fates, now)
            claims.close(session, (batch.fence for batch in finished))
            tally.add(session, self._choice.current.name, fates, now)
            self._choice.give_back(session, fates, now)
            batch, claimed = self._claim(session, size, queues, now) if size else (None, None)
        for _ in fates:
            self.fates.popleft()
        for _ in finished:
            self.finished.popleft().logbook.discard()
        return batch, claimed is not None and self._made_way(claimed, now)

    def _claim(
        self, session: Session, size: int, queues: int, now: datetime
    ) -> tuple[Batch | None, Claimed | None]:
        token, begun_at = uuid4().hex, elapsed()
        if not (size := self._choice.budget(session, size, now)):
            return None, None
        part = partial(self._choice.part, session, now=now)
        claimed = claims.claim(session, now, size, self._taker(token), part, queues)
        if not claimed.letters:
            return None, claimed
        self._choice.spend(session, len(claimed.letters), now)
        batch = Batch(
            claimed.fence,
            claimed.letters,
            prepared=self._builder.prepare(session, claimed.letters),
            words=quotes.own_words(session, claimed.letters),
            logbook=Logbook(self._runtime.logbooks, token),
            taken_at=now,
            until=begun_at + self._runtime.lease.total_seconds() / 2,
            before=now + self._runtime.lease / 2,
        )
        self.batches.update(dict.fromkeys(batch.not_attempted, batch))
        return batch, claimed

    def _taker(self, token: str) -> Claimant:
        worker = f"{socket.gethostname()}:{os.getpid()}"
        return Claimant(token, worker, self._choice.current.name, self._runtime.lease)

    def _made_way(self, claimed: Claimed, now: datetime) -> bool:
        """What stood before others is not there any more."""
        recalled = 0
        if claimed.out_of_turn:
            with transaction(self._runtime.engine) as session:
                recalled = recalls.recall_out_of_turn(session, claimed.out_of_turn, now)
        return bool(recalled or claimed.rescheduled)
