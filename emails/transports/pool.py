"""Several lines to one server, driven by one thread: who speaks next, and who takes a letter up."""

import selectors
import socket
import threading
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

from emails.errors import Deferred, TransportError, Unreachable
from emails.transports.connect import Extensions, enter
from emails.transports.connection import Line
from emails.transports.results import Again, Answer, Answers
from emails.transports.server import Server
from emails.transports.transport import MaySend, Outgoing, Receipt, Results

# How often a letter is taken up where connections break under it.
TRIES = 2

# Seconds between two looks whether a server has fallen silent; a short patience looks oftener.
LOOK = 1.0

READ, BOTH = selectors.EVENT_READ, selectors.EVENT_READ | selectors.EVENT_WRITE

Opening = Future[tuple[socket.socket, Extensions]]


class Switchboard:
    """The lines outlive a delivery: the next one finds them open."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.lines: list[Line] = []
        self.pipelining = True  # until the server shows that it can't
        self._closing = threading.Lock()  # held while lines that rest are closed
        self._busy = False
        self._rest: threading.Timer | None = None

    def carry(self, letters: Iterator[Outgoing], may_send: MaySend) -> Results:
        self._begin()
        self._drop_the_dead()
        delivery = _Delivery(self, letters, may_send)
        try:
            yield from delivery.results()
        finally:
            delivery.end()
            self._pause()

    def check(self) -> None:
        self._drop_the_dead()
        if not self.lines:
            self.add(*enter(self.server))

    def add(self, sock: socket.socket, extensions: Extensions) -> Line:
        line = Line(sock, extensions, self.server.window, self.pipelining)
        self.lines.append(line)
        return line

    def remove(self, line: Line, politely: bool = False) -> None:
        self.pipelining = self.pipelining and not line.talk.broken
        self.lines.remove(line)
        line.hang_up(politely)

    def close(self) -> None:
        self._begin()
        self._hang_up()

    def _begin(self) -> None:
        with self._closing:
            self._busy = True
            if self._rest is not None:
                self._rest.cancel()

    def _pause(self) -> None:
        """Nobody looks at the lines until the next delivery: say goodbye before the server does."""
        self._busy = False
        if self.lines:
            self._rest = threading.Timer(self.server.idle, self._hang_up_if_idle)
            self._rest.daemon = True
            self._rest.start()

    def _hang_up_if_idle(self) -> None:
        with self._closing:
            if not self._busy:
                self._hang_up()

    def _hang_up(self) -> None:
        for line in list(self.lines):
            self.remove(line, politely=True)

    def _drop_the_dead(self) -> None:
        """A server that hangs up, or says 421, does so unasked: that can be seen without asking."""
        for line in list(self.lines):
            line.read()  # nothing is under way, so nothing has a fate
            if line.talk.over:
                line.talk.broken = False
                self.remove(line)


class _Delivery:
    """One stream of letters over the lines."""

    def __init__(self, board: Switchboard, letters: Iterator[Outgoing], may_send: MaySend) -> None:
        self._board, self._letters, self._permit = board, letters, may_send
        self._limit = board.server.connections
        self._most = board.server.messages
        self._look = min(LOOK, board.server.timeout / 4)
        self._looked_at = time.monotonic()
        self._under_way: dict[int, Outgoing] = {}
        self._back: deque[Outgoing] = deque()  # taken up, and to be taken up again
        self._tries: Counter[int] = Counter()
        self._more = True  # until the stream ends, or there is no server
        self._openings: set[Opening] = set()
        self._opener = ThreadPoolExecutor(self._limit, "door")
        self._selector = selectors.DefaultSelector()
        self._bell, self._wire = socket.socketpair()
        self._bell.setblocking(False)
        self._selector.register(self._bell, READ)
        for line in board.lines:
            self._watch(line)

    def results(self) -> Results:
        yield from self._serve(self._board.lines)
        self._open_another()
        while self._under_way or self._back or self._more:
            for key, _ in self._selector.select(self._look):
                line = key.data
                if line is None:
                    yield from self._answer_the_door()
                    continue
                yield from self._settled(line, line.read())
                if not line.talk.over:
                    yield from self._serve((line,))
            if time.monotonic() - self._looked_at >= self._look:
                yield from self._give_up_on_the_silent()
            if self._back:
                yield from self._serve(self._board.lines)
            self._open_another()

    def end(self) -> None:
        """Lines with letters under way are of no more use: nobody will hear the answer."""
        for opening in self._openings:
            opening.add_done_callback(_close_again)
        self._opener.shutdown(wait=False)
        for line in list(self._board.lines):
            if not line.talk.is_idle:
                self._board.remove(line)
            line.watched_for = 0
        self._selector.close()
        self._bell.close()
        self._wire.close()

    def _serve(self, lines: Iterable[Line]) -> Results:
        """A letter for each line that has room, and whatever it has to say."""
        for line in tuple(lines):
            talk = line.talk
            while talk.has_room and not self._is_worn(line) and (letter := self._next()):
                if (refusal := talk.take(letter)) is not None:
                    del self._under_way[letter.id]
                    yield letter.id, refusal
            if talk.to_say:
                yield from self._settled(line, line.write(self._permit))
            if not talk.over:
                self._watch(line)

    def _is_worn(self, line: Line) -> bool:
        """It has carried as many letters as it may."""
        return self._most > 0 and line.talk.taken >= self._most

    def _next(self) -> Outgoing | None:
        if self._back:
            letter: Outgoing | None = self._back.popleft()
        else:
            letter = next(self._letters, None) if self._more else None
            self._more = self._more and letter is not None
        if letter is not None:
            self._under_way[letter.id] = letter
        return letter

    def _settled(self, line: Line, answers: Answers) -> list[tuple[int, Receipt | TransportError]]:
        """The results among the answers; what can be tried again is kept for another line."""
        results = [fate for answer in answers if (fate := self._fate(*answer, line)) is not None]
        if line.talk.over:
            # Only once: it may be lost while it is read and again while it is written to.
            if line in self._board.lines:
                self._forget(line)
        elif self._is_worn(line) and line.talk.is_idle:
            self._forget(line, politely=True)
        return results

    def _fate(
        self, id_: int, answer: Answer, line: Line
    ) -> tuple[int, Receipt | TransportError] | None:
        """None where the letter is to be taken up again."""
        letter = self._under_way.pop(id_)
        if not isinstance(answer, Again):
            return id_, answer
        self._tries[id_] += not line.talk.blameless
        if self._tries[id_] >= TRIES:
            return id_, Deferred(None, f"the connection was lost: {line.talk.reason}")
        self._back.append(letter)
        return None

    def _open_another(self) -> None:
        """Where there are more letters than lines; as many at a time as there are: 1, 1, 2, 4."""
        lines, coming = len(self._board.lines), len(self._openings)
        if coming >= max(1, lines) or lines + coming >= self._limit:
            return
        if not self._back and (letter := self._next()) is not None:
            del self._under_way[letter.id]
            self._back.append(letter)
        if self._back:
            opening = self._opener.submit(enter, self._board.server)
            self._openings.add(opening)
            opening.add_done_callback(self._ring)

    def _answer_the_door(self) -> Results:
        with suppress(BlockingIOError):
            self._bell.recv(64)
        for opening in [opening for opening in self._openings if opening.done()]:
            self._openings.remove(opening)
            try:
                line = self._board.add(*opening.result())
            except Unreachable as error:
                yield from self._no_more_lines(error)
            else:
                yield from self._serve([line])

    def _no_more_lines(self, error: Unreachable) -> Results:
        """Go on with those there are. Without any, nothing in hand can be sent just now."""
        self._limit = len(self._board.lines) + len(self._openings)
        if self._limit == 0:
            self._more = False
            yield from ((letter.id, error) for letter in self._back)
            self._back.clear()

    def _give_up_on_the_silent(self) -> Results:
        now, timeout = time.monotonic(), self._board.server.timeout
        self._looked_at = now
        for line in list(self._board.lines):
            if line.talk.is_idle or now - line.since < timeout:
                continue
            # We may have been away ourselves: what it has said meanwhile counts.
            yield from self._settled(line, line.read())
            if now - line.since >= timeout and not line.talk.over:
                yield from self._settled(line, line.talk.lose("no answer in time"))

    def _watch(self, line: Line) -> None:
        wanted = BOTH if line.talk.to_say else READ
        if line.watched_for == wanted:
            return
        if line.watched_for:
            self._selector.modify(line.sock, wanted, line)
        else:
            self._selector.register(line.sock, wanted, line)
        line.watched_for = wanted

    def _forget(self, line: Line, politely: bool = False) -> None:
        if line.watched_for:
            self._selector.unregister(line.sock)
        self._board.remove(line, politely)
        line.talk.over = True

    def _ring(self, _opening: Opening) -> None:
        with suppress(OSError):  # the delivery has ended meanwhile
            self._wire.send(b".")


def _close_again(opening: Opening) -> None:
    with suppress(Unreachable):
        opening.result()[0].close()
