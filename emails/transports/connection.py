"""One connection: its socket and its conversation. Nothing here ever waits."""

import socket
import ssl
import time
from contextlib import suppress
from itertools import islice

from emails.transports.connect import Extensions
from emails.transports.conversation import Conversation
from emails.transports.reply import Garbled, Replies
from emails.transports.results import Answer, Answers
from emails.transports.transport import MaySend

MOST_PIECES = 64  # in one write
CHUNK = 8_192  # in one read
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

    def write(self, may_send: MaySend) -> Answers:
        """As much as the connection takes just now."""
        talk = self.talk
        while talk.to_say:
            pieces = list(islice(talk.to_say, MOST_PIECES))
            asked = None  # once for each write, not for each piece of it
            for letter in [piece.body for piece in pieces if piece.body is not None]:
                if letter is not asked and not may_send(letter.outgoing.id):
                    return talk.withhold(letter)
                asked = letter
            try:
                talk.said(self._send([piece.data for piece in pieces]))
            except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
                return ()
            except OSError as error:
                return talk.lose(str(error))
            self.since = time.monotonic()
        return ()

    def read(self) -> Answers:
        """What the server has said, and what it means."""
        found: list[tuple[int, Answer]] = []
        while not self.talk.over:
            try:
                data = self.sock.recv(CHUNK)
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                break
            except OSError as error:
                found += self.talk.lose(str(error))
                break
            found += self._heard(data)
            if len(data) < CHUNK and not self._encrypted:
                break
        return found

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
            return self.talk.lose("the server hung up")
        found: list[tuple[int, Answer]] = []
        try:
            # A byte now and then is no answer: only a whole reply counts.
            if replies := self._replies.feed(data):
                self.since = time.monotonic()
            for reply in replies:
                found += self.talk.hear(reply)
        except Garbled as error:
            found += self.talk.garble(str(error))
        return found

    def _send(self, data: list[bytes | memoryview]) -> int:
        if self._encrypted:
            return self.sock.send(b"".join(data))
        return self.sock.sendmsg(data)
