"""The sender: one worker's letters, from the claim to the mail server's last reply.

Where the database is a server there are two threads: the caller's builds messages and speaks SMTP,
the claimer's speaks with the database, so that neither waits for the other.

    claimer   claim 1 ─── claim 2 ────── results of 1, claim 3 ── …
    sender          letters of 1 ─── letters of 2 ─── letters of 3 ── …

SQLite works in the process itself: a second thread cost 30 µs a letter there, in waiting for
Python's lock (docs/performance.md), so the sender calls the claimer itself.

A letter is begun only when its claim is committed and its attempt log is open.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from course.config.transports import NamedTransport
from course.letters.delivery_rows import DeliveryRow
from course.letters.personalising import MessageBuilder
from course.models import DeliveryState
from course.models.delivery import QUEUES
from course.outbox import retry_policy
from course.outbox.deliveries import Outcome
from course.runtime import redaction
from course.runtime.clock import boottime
from course.runtime.process import Runtime
from course.sending.batch import Batch
from course.sending.claimer import Claimer
from course.sending.failover import Failover
from course.sending.in_flight import InFlight
from course.sending.render_ahead import in_groups
from emails.errors import EmailError, Unreachable
from emails.transports.transport import Outgoing, Receipt

log = logging.getLogger(__name__)

# Letters in one claim: the first is small, so that a slow server doesn't keep many waiting.
FIRST_BATCH, LARGEST_BATCH = 50, 500

# Seconds between two checks whether to stop, while a rate makes us wait.
STOP_CHECK_EVERY = 1.0

# Seconds: a batch that takes longer is too large for this server, one that takes less too small.
COMFORTABLE = 5.0

# Seconds after which a batch is interrupted for letters of the first queue: somebody waits.
OVERTAKE_AFTER, OVERTAKING_QUEUES = 2.0, 1

BROKEN_OFF = "broken off before the server had answered"

NextBatch = Callable[[], Batch | None]  # waits for it; None where nothing is due


class Sender:
    """One worker's, for one shift. `ended` counts its results by state."""

    def __init__(self, runtime: Runtime, until: datetime) -> None:
        self.ended: Counter[DeliveryState] = Counter()
        self._runtime, self._until = runtime, until
        self._builder = MessageBuilder(runtime.settings, runtime.links, runtime.signers)
        self._failover = Failover(runtime.engine, runtime.transports, runtime.now)
        self._in_flight = InFlight()
        self._claimer = Claimer(runtime, self._failover, self._builder, self._in_flight)
        alone = runtime.engine.dialect.name == "sqlite"
        self._thread = None if alone else ThreadPoolExecutor(1, "claimer")
        self._is_first = True
        self._size = FIRST_BATCH
        self._now = runtime.now()  # as of the last batch or result
        self._claimed_at = boottime()
        self._pending: Future[Batch | None] | None = None  # the claimer's
        self._error: Exception | None = None

    def next_transport(self) -> NamedTransport | None:
        """Who takes the next letters; None where nothing is left to do, or nobody can take it.

        The letters that the one before could not take are due again first.
        """
        if not self._is_first:
            if not self._failover.is_done or self._error:
                return None
            self._flush()
            if not self._wait_until(self._failover.retry_at or self._runtime.now()):
                return None
        self._is_first = False
        return self._failover.next_transport()

    def messages(self) -> Iterator[Outgoing]:
        """Message after message while there is time; the next batch is claimed meanwhile.

        Ends early where the database is away, or where the transport can take no more; the replies
        to what is under way are recorded all the same.
        """
        upcoming = self._request_batch()
        while upcoming is not None and (batch := self._wait_for(upcoming)) is not None:
            begun_at, upcoming = boottime(), self._request_batch()
            self._now = self._runtime.now_without_jump()
            yield from self._messages_of(batch, may_be_overtaken=True)
            if self._is_late(batch):
                return
            self._adapt_batch_size(boottime() - begun_at)

    def may_send(self, id_: int) -> bool:
        """Whether its first byte may leave. From here to the reply its result is uncertain."""
        batch = self._in_flight.batch_of(id_)
        if boottime() > batch.deadline_boottime:
            return False
        try:
            batch.begin(id_)
        except OSError as error:
            self._error = error
            return False
        return True

    def record_result(self, id_: int, result: Receipt | EmailError) -> None:
        """In the attempt log now, in the database with the next claim."""
        batch = self._in_flight.batch_of(id_)
        if isinstance(result, Unreachable):
            log.warning("no mail server: %s", result)
        self._now, delivery = self._runtime.now_without_jump(), batch.end(id_)
        blameless = self._failover.note_result(delivery.address, result)
        if blameless and not isinstance(result, Unreachable):
            words = redaction.without_addresses(str(result))
            log.warning("the mail server speaks of us: %s", words)
        outcome = retry_policy.outcome(delivery, batch.fence, result, self._now, blameless)
        self._write(batch, outcome)

    def finish(self) -> None:
        """Record everything; what was never begun is due again. Raises what went wrong."""
        try:
            self._flush()
        finally:
            if self._thread is not None:
                self._thread.shutdown()
            self._in_flight.release()
        if self._error is not None:
            raise self._error

    def _overtaking(self) -> Iterator[Outgoing]:
        """In the middle of a batch of more than two seconds: letters somebody is waiting for."""
        if boottime() - self._claimed_at < OVERTAKE_AFTER or self._runtime.stopping.is_set():
            return
        batch = self._wait_for(self._claim(FIRST_BATCH, OVERTAKING_QUEUES))
        self._claimed_at = boottime()
        if batch is not None:
            yield from self._messages_of(batch, may_be_overtaken=False)

    def _messages_of(self, batch: Batch, may_be_overtaken: bool) -> Iterator[Outgoing]:
        for delivery, message in self._built(batch):
            if may_be_overtaken:
                yield from self._overtaking()
            if self._is_late(batch):
                return
            if self._failover.is_backing_off(delivery.address):
                self._give_up(delivery.delivery_id)
            else:
                yield message

    def _flush(self) -> None:
        if self._pending is not None:
            wait([self._pending])
        for id_ in self._in_flight.ids():
            self._give_up(id_)
        self._claimer.record_and_claim(0)

    def _wait_until(self, moment: datetime) -> bool:
        """False where there is no time to."""
        runtime = self._runtime
        while (now := runtime.now()) < moment:
            left = (moment - now).total_seconds()
            if moment > self._until or runtime.stopping.wait(min(left, STOP_CHECK_EVERY)):
                return False
        return not runtime.stopping.is_set()

    def _is_late(self, batch: Batch) -> bool:
        stopping = self._runtime.stopping.is_set() or self._failover.is_away
        return stopping or boottime() > batch.deadline_boottime or self._now > batch.deadline

    def _built(self, batch: Batch) -> Iterator[tuple[DeliveryRow, Outgoing]]:
        """Each letter with its message. One that can't be rendered has its result at once."""
        built = ((delivery, self._build(batch, delivery)) for delivery in batch.deliveries)
        for delivery, message in in_groups(built, signed=bool(self._runtime.signers)):
            if message is not None:
                yield delivery, message

    def _build(self, batch: Batch, delivery: DeliveryRow) -> Outgoing | None:
        quotes = batch.quotes.get(delivery.delivery_id, [])
        try:
            return self._builder.message(batch.prepared, delivery, batch.taken_at, quotes)
        except EmailError as error:
            self.record_result(delivery.delivery_id, error)
            return None

    def _write(self, batch: Batch, outcome: Outcome) -> None:
        try:
            batch.attempt_log.finish(outcome)
        except OSError as error:
            self._error = error
        if outcome.state is not DeliveryState.SENT or log.isEnabledFor(logging.DEBUG):
            _log(outcome)
        self.ended[outcome.state] += 1
        self._in_flight.finish(batch, outcome)

    def _give_up(self, id_: int) -> None:
        """What was begun is uncertain; what was not is due again."""
        batch, now = self._in_flight.batch_of(id_), self._runtime.now_without_jump()
        if id_ in batch.begun:
            result = retry_policy.uncertain(batch.end(id_), batch.fence, BROKEN_OFF, now)
        else:
            result = retry_policy.not_attempted(batch.end(id_), batch.fence, now)
        self._write(batch, result)

    def _request_batch(self) -> NextBatch | None:
        runtime = self._runtime
        if runtime.stopping.is_set() or runtime.now() >= self._until or self._error:
            return None
        return self._claim(self._size)

    def _claim(self, size: int, queues: int = len(QUEUES)) -> NextBatch:
        self._claimed_at = boottime()
        if self._thread is None:
            return lambda: self._claimer.record_and_claim(size, queues)
        self._pending = self._thread.submit(self._claimer.record_and_claim, size, queues)
        return self._pending.result

    def _wait_for(self, upcoming: NextBatch) -> Batch | None:
        try:
            return upcoming()
        except (SQLAlchemyError, OSError) as error:
            self._error = error
            return None

    def _adapt_batch_size(self, seconds: float) -> None:
        """Claims as large as this server takes in `COMFORTABLE` seconds."""
        if seconds > COMFORTABLE:
            self._size = max(FIRST_BATCH // 2, self._size // 2)
        elif seconds < COMFORTABLE / 4:
            self._size = min(LARGEST_BATCH, self._size * 2)


def _log(outcome: Outcome) -> None:
    """A line for each of ten thousand sent in a second would cost more than the letter."""
    level = logging.DEBUG if outcome.state is DeliveryState.SENT else logging.INFO
    ids = {"delivery": outcome.id, "claim": outcome.fence}
    log.log(level, "delivery %d: %s", outcome.id, outcome.state.value, extra=ids)
