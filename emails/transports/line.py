"""One connection: its socket and its conversation. Nothing here ever waits."""

import socket
import ssl
import time
from contextlib import suppress
from itertools import islice

from emails.transports import Permit
from emails.transports.conversation import Answers, Conversation
from emails.transports.door import Extensions
from emails.transports.reply import Garbled, Replies

MOST_PIECES = 64  # in one write
CHUNK = 65_536  # in one read
GOODBYE = 1.0  # seconds that a server has to answer QUIT


class Line:
    """`since` is when the server last did what it was asked, on the machine's monotonic clock."""

    def __init__(
        self, sock: socket.socket, extensions: Extensions, window: int, pipelining: bool
    ) -> None:
        self.sock, self.talk = sock, Conversation(extensions, window, pipelining)
        self.since = time.monotonic()
        self.watched_for = 0  # by the selector
        self._replies = Replies()
        self._encrypted = isinstance(sock, ssl.SSLSocket)

    def write(self, permit: Permit) -> Answers:
        """As much as the connection takes just now."""
        talk = self.talk
        while talk.to_say:
            pieces = list(islice(talk.to_say, MOST_PIECES))
            for piece in pieces:
                if piece.body is not None and not permit(piece.body.outgoing.id):
                    yield from talk.withhold(piece.body)
                    return
            try:
                written = self._send([piece.data for piece in pieces])
            except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
                return
            except OSError as error:
                yield from talk.lose(str(error))
                return
            talk.said(written)
            self.since = time.monotonic()

    def read(self) -> Answers:
        """What the server has said, and what it means."""
        while not self.talk.over:
            try:
                data = self.sock.recv(CHUNK)
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return
            except OSError as error:
                yield from self.talk.lose(str(error))
                return
            yield from self._heard(data)
            if len(data) < CHUNK and not self._encrypted:
                return

    def hang_up(self, politely: bool = False) -> None:
        with suppress(OSError):
            if politely and not self.talk.over:
                self.sock.settimeout(GOODBYE)
                self.sock.sendall(b"QUIT\r\n")
                self.sock.recv(CHUNK)
        with suppress(OSError):
            self.sock.close()

    def _heard(self, data: bytes) -> Answers:
        if not data:
            yield from self.talk.lose("the server hung up")
            return
        try:
            # A byte now and then is no answer: only a whole reply counts.
            if replies := self._replies.feed(data):
                self.since = time.monotonic()
            for reply in replies:
                yield from self.talk.hear(reply)
        except Garbled as error:
            yield from self.talk.garble(str(error))

    def _send(self, data: list[memoryview]) -> int:
        if self._encrypted:
            return self.sock.send(b"".join(data))
        return self.sock.sendmsg(data)
