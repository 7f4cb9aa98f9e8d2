"""One connection: a non-blocking socket and the SMTP conversation over it.

Nothing here waits, but `close` for the answer to QUIT.
"""

import socket
import ssl
import time
from contextlib import suppress
from itertools import islice

from emails.transports.connect import Extensions
from emails.transports.conversation import Conversation
from emails.transports.reply import ProtocolError, ReplyParser
from emails.transports.results import AttemptResult, AttemptResults
from emails.transports.transport import MaySend

CHUNKS_PER_WRITE = 64
READ_SIZE = 8_192  # bytes
QUIT_TIMEOUT = 1.0  # seconds


class Connection:
    """`progress_at`: when the server last took bytes or gave a whole reply (monotonic clock).

    `watched_events`: what the selector of a delivery waits for, 0 where there is no delivery.
    """

    def __init__(
        self, sock: socket.socket, extensions: Extensions, max_in_flight: int, pipelining: bool
    ) -> None:
        self.sock = sock
        self.conversation = Conversation(extensions, max_in_flight, pipelining)
        self.progress_at = time.monotonic()
        self.watched_events = 0
        self._parser = ReplyParser()
        self._encrypted = isinstance(sock, ssl.SSLSocket)

    def write(self, may_send: MaySend) -> AttemptResults:
        """As much as the socket takes just now. `may_send` is asked before bytes of a letter."""
        conversation = self.conversation
        while conversation.to_send:
            chunks = list(islice(conversation.to_send, CHUNKS_PER_WRITE))
            asked = None  # once for each write, not for each chunk of it
            for letter in [chunk.body for chunk in chunks if chunk.body is not None]:
                if letter is not asked and not may_send(letter.outgoing.id):
                    return conversation.withhold(letter)
                asked = letter
            try:
                conversation.sent(self._send([chunk.data for chunk in chunks]))
            except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
                return ()
            except OSError as error:
                return conversation.lose(str(error))
            self.progress_at = time.monotonic()
        return ()

    def read(self) -> AttemptResults:
        """Whatever has arrived, and the results that follow from it."""
        found: list[tuple[int, AttemptResult]] = []
        while not self.conversation.over:
            try:
                data = self.sock.recv(READ_SIZE)
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                break
            except OSError as error:
                found += self.conversation.lose(str(error))
                break
            found += self._received(data)
            if len(data) < READ_SIZE and not self._encrypted:
                break
        return found

    def close(self, quit_first: bool = False) -> None:
        """`quit_first`: say QUIT, and wait a second for its answer."""
        with suppress(OSError):
            if quit_first and not self.conversation.over:
                self.sock.settimeout(QUIT_TIMEOUT)
                self.sock.sendall(b"QUIT\r\n")
                self.sock.recv(READ_SIZE)
        with suppress(OSError):
            self.sock.close()

    def _received(self, data: bytes) -> AttemptResults:
        if not data:
            return self.conversation.lose("the server hung up")
        found: list[tuple[int, AttemptResult]] = []
        try:
            # A byte now and then is no answer: only a whole reply counts.
            if replies := self._parser.feed(data):
                self.progress_at = time.monotonic()
            for reply in replies:
                found += self.conversation.receive(reply)
        except ProtocolError as error:
            found += self.conversation.protocol_error(str(error))
        return found

    def _send(self, data: list[bytes | memoryview]) -> int:
        if self._encrypted:
            return self.sock.send(b"".join(data))
        return self.sock.sendmsg(data)
