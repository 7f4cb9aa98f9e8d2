"""One batch of messages over several connections at once, in one thread with a selector.

Per letter this takes 38 µs of CPU into a sink, where Postfix's `smtp-source`, in C, takes 43, and
nodemailer's pool with a personalised letter 2,063 (docs/performance.md, "Letters and transport
alone").
"""

import selectors
import socket
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

from emails.errors import Deferred, Unreachable
from emails.transports.connect import Extensions, connect
from emails.transports.connection import Connection
from emails.transports.pool import ConnectionPool
from emails.transports.results import AttemptResult, AttemptResults, Retry
from emails.transports.transport import MaySend, Outgoing, Result, Results

# How often a letter is taken up while connections break under it.
MAX_ATTEMPTS = 2

# Seconds between two looks for servers that have fallen silent; a quarter of a shorter timeout.
TIMEOUT_CHECK_EVERY = 1.0

READ, READ_WRITE = selectors.EVENT_READ, selectors.EVENT_READ | selectors.EVENT_WRITE

Opening = Future[tuple[socket.socket, Extensions]]


class BatchDelivery:
    """Connections are opened in threads, which wake the selector through a socket pair."""

    def __init__(
        self, pool: ConnectionPool, letters: Iterator[Outgoing], may_send: MaySend
    ) -> None:
        self._pool, self._letters, self._may_send = pool, letters, may_send
        self._max_connections = pool.server.connections
        self._max_messages = pool.server.messages
        self._check_every = min(TIMEOUT_CHECK_EVERY, pool.server.timeout / 4)
        self._checked_at = time.monotonic()
        self._in_flight: dict[int, Outgoing] = {}
        self._to_retry: deque[Outgoing] = deque()
        self._attempts: Counter[int] = Counter()
        self._has_more = True  # until the batch ends, or no connection can be opened
        self._openings: set[Opening] = set()
        self._opener = ThreadPoolExecutor(self._max_connections, "smtp-connect")
        self._selector = selectors.DefaultSelector()
        self._wake_receiver, self._wake_sender = socket.socketpair()
        self._wake_receiver.setblocking(False)
        self._selector.register(self._wake_receiver, READ)
        for connection in pool.connections:
            self._watch(connection)

    def results(self) -> Results:
        yield from self._serve(self._pool.connections)
        self._open_another()
        while self._in_flight or self._to_retry or self._has_more:
            for key, _ in self._selector.select(self._check_every):
                connection = key.data
                if connection is None:
                    yield from self._accept_opened()
                    continue
                yield from self._settled(connection, connection.read())
                if not connection.conversation.over:
                    yield from self._serve((connection,))
            if time.monotonic() - self._checked_at >= self._check_every:
                yield from self._time_out_silent()
            if self._to_retry:
                yield from self._serve(self._pool.connections)
            self._open_another()

    def end(self) -> None:
        """A connection with letters in flight is closed: nobody would read the answer."""
        for opening in self._openings:
            opening.add_done_callback(_close_opened)
        self._opener.shutdown(wait=False)
        for connection in list(self._pool.connections):
            if not connection.conversation.is_idle:
                self._pool.remove(connection)
            connection.watched_events = 0
        self._selector.close()
        self._wake_receiver.close()
        self._wake_sender.close()

    def _serve(self, connections: Iterable[Connection]) -> Results:
        """Give each that has room the next letter, and write what it has to send."""
        for connection in tuple(connections):
            talk = connection.conversation
            while talk.has_room and not self._is_used_up(connection) and (letter := self._next()):
                if (refusal := talk.take(letter)) is not None:
                    del self._in_flight[letter.id]
                    yield letter.id, refusal
            if talk.to_send:
                yield from self._settled(connection, connection.write(self._may_send))
            if not talk.over:
                self._watch(connection)

    def _is_used_up(self, connection: Connection) -> bool:
        """It has carried as many letters as the mail URL allows (`messages`)."""
        return self._max_messages > 0 and connection.conversation.taken >= self._max_messages

    def _next(self) -> Outgoing | None:
        if self._to_retry:
            letter: Outgoing | None = self._to_retry.popleft()
        else:
            letter = next(self._letters, None) if self._has_more else None
            self._has_more = self._has_more and letter is not None
        if letter is not None:
            self._in_flight[letter.id] = letter
        return letter

    def _settled(self, connection: Connection, found: AttemptResults) -> list[tuple[int, Result]]:
        """The final results; a letter to be tried again is kept for another connection."""
        results = [
            result
            for id_, attempt in found
            if (result := self._final(id_, attempt, connection)) is not None
        ]
        if connection.conversation.over:
            # Only once: it may be lost while it is read and again while it is written to.
            if connection in self._pool.connections:
                self._remove(connection)
        elif self._is_used_up(connection) and connection.conversation.is_idle:
            self._remove(connection, quit_first=True)
        return results

    def _final(
        self, id_: int, attempt: AttemptResult, connection: Connection
    ) -> tuple[int, Result] | None:
        """None where the letter is to be taken up again."""
        letter = self._in_flight.pop(id_)
        if not isinstance(attempt, Retry):
            return id_, attempt
        self._attempts[id_] += not connection.conversation.blameless
        if self._attempts[id_] >= MAX_ATTEMPTS:
            reason = connection.conversation.reason
            return id_, Deferred(None, f"the connection was lost: {reason}")
        self._to_retry.append(letter)
        return None

    def _open_another(self) -> None:
        """While letters wait; as many at a time as are open already: 1, 1, 2, 4."""
        is_open, coming = len(self._pool.connections), len(self._openings)
        if coming >= max(1, is_open) or is_open + coming >= self._max_connections:
            return
        if not self._to_retry and (letter := self._next()) is not None:
            del self._in_flight[letter.id]
            self._to_retry.append(letter)
        if self._to_retry:
            opening = self._opener.submit(connect, self._pool.server)
            self._openings.add(opening)
            opening.add_done_callback(self._wake)

    def _accept_opened(self) -> Results:
        with suppress(BlockingIOError):
            self._wake_receiver.recv(64)
        for opening in [opening for opening in self._openings if opening.done()]:
            self._openings.remove(opening)
            try:
                connection = self._pool.add(*opening.result())
            except Unreachable as error:
                yield from self._open_no_more(error)
            else:
                yield from self._serve([connection])

    def _open_no_more(self, error: Unreachable) -> Results:
        """Go on with those that are open. Without any, nothing in hand can be sent just now."""
        self._max_connections = len(self._pool.connections) + len(self._openings)
        if self._max_connections == 0:
            self._has_more = False
            yield from ((letter.id, error) for letter in self._to_retry)
            self._to_retry.clear()

    def _time_out_silent(self) -> Results:
        now, timeout = time.monotonic(), self._pool.server.timeout
        self._checked_at = now
        for connection in list(self._pool.connections):
            talk = connection.conversation
            if talk.is_idle or now - connection.progress_at < timeout:
                continue
            # This process may have been stopped: what the server said meanwhile counts.
            yield from self._settled(connection, connection.read())
            if now - connection.progress_at >= timeout and not talk.over:
                yield from self._settled(connection, talk.lose("no answer in time"))

    def _watch(self, connection: Connection) -> None:
        wanted = READ_WRITE if connection.conversation.to_send else READ
        if connection.watched_events == wanted:
            return
        if connection.watched_events:
            self._selector.modify(connection.sock, wanted, connection)
        else:
            self._selector.register(connection.sock, wanted, connection)
        connection.watched_events = wanted

    def _remove(self, connection: Connection, quit_first: bool = False) -> None:
        if connection.watched_events:
            self._selector.unregister(connection.sock)
        self._pool.remove(connection, quit_first)
        connection.conversation.over = True

    def _wake(self, _opening: Opening) -> None:
        with suppress(OSError):  # the delivery has ended meanwhile
            self._wake_sender.send(b".")


def _close_opened(opening: Opening) -> None:
    with suppress(Unreachable):
        opening.result()[0].close()
