"""What is in one worker's hands, from the claim to the last word of the server.

Where the database is a server, there are two hands: the caller's thread prints, and speaks with the
mail server; the clerk, in a second thread, speaks with the database, so that neither waits.

    clerk     claim 1 ─── claim 2 ────── the fates of 1, claim 3 ── …
    sender          letters of 1 ─── letters of 2 ─── letters of 3 ── …

SQLite works in the process itself; there a second thread only costs, and the sender asks in turn.

A letter is begun only when its claim is committed and its logbook is open.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime
from functools import partial
from itertools import islice
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from course.config.transports import NamedTransport
from course.letters.addressee import Addressee
from course.letters.personalising import MessageBuilder
from course.models import DeliveryState
from course.models.delivery import QUEUES
from course.outbox import retries
from course.outbox.deliveries import Outcome
from course.runtime import redaction
from course.runtime.process import Runtime
from course.sending.batch import Batch, elapsed
from course.sending.claimer import Clerk
from course.sending.failover import Choice
from emails.errors import EmailError, Unreachable
from emails.transports.transport import Outgoing, Receipt

log = logging.getLogger(__name__)

T = TypeVar("T")

# Letters in one claim: the first is small, so that a slow server doesn't keep many waiting.
FIRST, MOST = 50, 500

# So many are printed in a row: the processor keeps at hand what prints and seals them. With more,
# the mail server would have nothing to do meanwhile; but for letters with a seal it waits anyway.
TOGETHER, SEALED_TOGETHER = 8, 32

# Seconds between two looks whether to stop, while a rate makes us wait.
STEP = 1.0

# Seconds: a batch that takes longer is too large for this server, one that takes less too small.
COMFORTABLE = 5.0

# Seconds after which it is looked whether somebody is waiting, while a batch is under way; and in
# how many of the queues.
LOOK, ASKED = 2.0, 1

BROKEN_OFF = "broken off before the server had answered"


Coming = Callable[[], Batch | None]  # the next batch, as soon as it is there


class Desk:
    """One worker's, for one shift. `ended` counts what became of its letters."""

    def __init__(self, runtime: Runtime, until: datetime) -> None:
        self.ended: Counter[DeliveryState] = Counter()
        self._runtime, self._until = runtime, until
        self._builder = MessageBuilder(runtime.settings, runtime.links, runtime.signers)
        self._choice = Choice(runtime)
        self._clerk = Clerk(runtime, self._choice, self._builder)
        alone = runtime.engine.dialect.name == "sqlite"
        self._thread = None if alone else ThreadPoolExecutor(1, "clerk")
        self._is_first = True
        self._size = FIRST
        self._now = runtime.now()  # when it was last looked at
        self._looked_at = elapsed()  # for letters that somebody is waiting for
        self._pending: Future[Batch | None] | None = None  # the clerk's
        self._trouble: Exception | None = None

    def next_transport(self) -> NamedTransport | None:
        """Who is to take up the next letters; None where there is nothing left to do, or nobody.

        The letters that the one before could not take are given back first.
        """
        if not self._is_first:
            if not self._choice.is_over or self._trouble:
                return None
            self._hand_in()
            if not self._wait_until(self._choice.again_at or self._runtime.now()):
                return None
        self._is_first = False
        return self._choice.next_transport()

    def letters(self) -> Iterator[Outgoing]:
        """Letter after letter while there is time; the next batch is claimed meanwhile.

        Ends early where the database is away: what is under way is finished all the same. So it
        does where the transport can take no more.
        """
        coming = self._ask_for_more()
        while coming is not None and (batch := self._wait_for(coming)) is not None:
            begun_at, coming = elapsed(), self._ask_for_more()
            self._now = self._runtime.steady_now()
            yield from self._of(batch, overtaken=True)
            if self._is_late(batch):
                return
            self._suit(elapsed() - begun_at)

    def _overtaking(self) -> Iterator[Outgoing]:
        """In the middle of a batch that takes its time: what somebody is waiting for."""
        if elapsed() - self._looked_at < LOOK or self._runtime.stopping.is_set():
            return
        batch = self._wait_for(self._in_turn(FIRST, ASKED))
        self._looked_at = elapsed()
        if batch is not None:
            yield from self._of(batch, overtaken=False)

    def _of(self, batch: Batch, overtaken: bool) -> Iterator[Outgoing]:
        for letter, made in self._printed(batch):
            if overtaken:
                yield from self._overtaking()
            if self._is_late(batch):
                return
            if self._choice.spares(letter.address):
                self._give_up(letter.delivery_id)
            else:
                yield made

    def permit(self, id_: int) -> bool:
        """May this letter leave? From here to the answer it is in doubt."""
        batch = self._clerk.batches[id_]
        if elapsed() > batch.until:
            return False
        try:
            batch.begin(id_)
        except OSError as error:
            self._trouble = error
            return False
        return True

    def note(self, id_: int, fate: Receipt | EmailError) -> None:
        """What became of a letter: in the logbook now, in the database with the next claim."""
        batch = self._clerk.batches[id_]
        if isinstance(fate, Unreachable):
            log.warning("no mail server: %s", fate)
        self._now, letter = self._runtime.steady_now(), batch.end(id_)
        blameless = self._choice.heard(letter.address, fate)
        if blameless and not isinstance(fate, Unreachable):
            log.warning("the mail server speaks of us: %s", redaction.without_addresses(str(fate)))
        self._write(batch, retries.outcome(letter, batch.fence, fate, self._now, blameless))

    def clear(self) -> None:
        """Write everything down and give back what was never begun; raises what went wrong."""
        try:
            self._hand_in()
        finally:
            if self._thread is not None:
                self._thread.shutdown()
            for batch in self._clerk.finished:
                batch.logbook.leave()
        if self._trouble is not None:
            raise self._trouble

    def _hand_in(self) -> None:
        """Everything that is known is written down; what was never begun is as it was."""
        if self._pending is not None:
            wait([self._pending])
        for id_ in list(self._clerk.batches):
            self._give_up(id_)
        self._clerk.turn(0)

    def _wait_until(self, moment: datetime) -> bool:
        """False where there is no time to."""
        runtime = self._runtime
        while (now := runtime.now()) < moment:
            left = (moment - now).total_seconds()
            if moment > self._until or runtime.stopping.wait(min(left, STEP)):
                return False
        return not runtime.stopping.is_set()

    def _is_late(self, batch: Batch) -> bool:
        stopping = self._runtime.stopping.is_set() or self._choice.is_away
        return stopping or elapsed() > batch.until or self._now > batch.before

    def _printed(self, batch: Batch) -> Iterator[tuple[Addressee, Outgoing]]:
        """Without those that can't be printed: these have their fate now."""
        printed = ((letter, self._print(batch, letter)) for letter in batch.letters)
        for letter, made in in_rows(printed, sealed=bool(self._runtime.signers)):
            if made is not None:
                yield letter, made

    def _print(self, batch: Batch, letter: Addressee) -> Outgoing | None:
        words = batch.words.get(letter.delivery_id, [])
        try:
            return self._builder.message(batch.prepared, letter, batch.taken_at, words)
        except EmailError as error:
            self.note(letter.delivery_id, error)
            return None

    def _write(self, batch: Batch, outcome: Outcome) -> None:
        try:
            batch.logbook.ends(outcome)
        except OSError as error:
            self._trouble = error
        if outcome.state is not DeliveryState.SENT or log.isEnabledFor(logging.DEBUG):
            _tell(outcome)
        self.ended[outcome.state] += 1
        self._clerk.fates.append(outcome)
        del self._clerk.batches[outcome.id]
        if batch.is_finished:
            self._clerk.finished.append(batch)

    def _give_up(self, id_: int) -> None:
        """Of what was begun nobody knows; what was not is as it was."""
        batch, now = self._clerk.batches[id_], self._runtime.steady_now()
        if id_ in batch.begun:
            fate = retries.uncertain(batch.end(id_), batch.fence, BROKEN_OFF, now)
        else:
            fate = retries.not_attempted(batch.end(id_), batch.fence, now)
        self._write(batch, fate)

    def _ask_for_more(self) -> Coming | None:
        runtime = self._runtime
        if runtime.stopping.is_set() or runtime.now() >= self._until or self._trouble:
            return None
        return self._in_turn(self._size)

    def _in_turn(self, size: int, queues: int = len(QUEUES)) -> Coming:
        self._looked_at = elapsed()
        if self._thread is None:
            return partial(self._clerk.turn, size, queues)
        self._pending = self._thread.submit(self._clerk.turn, size, queues)
        return self._pending.result

    def _wait_for(self, coming: Coming) -> Batch | None:
        try:
            return coming()
        except (SQLAlchemyError, OSError) as error:
            self._trouble = error
            return None

    def _suit(self, seconds: float) -> None:
        """Claims as large as this server takes in comfortable time."""
        if seconds > COMFORTABLE:
            self._size = max(FIRST // 2, self._size // 2)
        elif seconds < COMFORTABLE / 4:
            self._size = min(MOST, self._size * 2)


def in_rows(letters: Iterator[T], sealed: bool) -> Iterator[T]:
    """The same letters, several of them made at a time."""
    while row := list(islice(letters, SEALED_TOGETHER if sealed else TOGETHER)):
        yield from row


def _tell(outcome: Outcome) -> None:
    """A line for each of ten thousand sent in a second would cost more than the letter."""
    level = logging.DEBUG if outcome.state is DeliveryState.SENT else logging.INFO
    ids = {"delivery": outcome.id, "claim": outcome.fence}
    log.log(level, "delivery %d: %s", outcome.id, outcome.state.value, extra=ids)
