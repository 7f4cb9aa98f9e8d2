"""The SMTP conversation of one connection, without the connection: what to send, and what replies
mean.

Three ways to hand a letter over, by what the server offers:

    lock-step    MAIL · RCPT · DATA · the letter and its dot, a reply between each two
    pipelined    MAIL RCPT DATA in one go; the letter, its dot, and the next MAIL RCPT DATA in one
                 go: one round trip a letter (RFC 2920)
    streaming    MAIL RCPT BDAT and the letter in one go, several letters in flight (RFC 3030)

To a server 20 ms away that is, over one connection, 47 letters a second pipelined and 1,437
streaming, where `smtplib` sends 11.5 (docs/performance.md, "A mail server far away").

Whatever comes, every letter that was taken up gets one result. `RETRY` is that of a letter which
the server can't have, through no fault of its own: it may be sent over another connection at once.
"""

from collections import deque
from enum import IntEnum

from emails.errors import TransportError, Uncertain, Withheld
from emails.transports.connect import Extensions
from emails.transports.envelope import DOT, Chunk, MailTransaction, mail_parameters, stuffed
from emails.transports.reply import Reply
from emails.transports.results import RETRY, AttemptResult, AttemptResults, Retry, result_of
from emails.transports.transport import Outgoing, Receipt


class Await(IntEnum):
    """What the next reply answers."""

    MAIL = 0
    RCPT = 1
    DATA = 2
    END = 3  # the letter's, after its dot
    CHUNK = 4
    NOTHING = 5  # an empty letter
    RSET = 6


class Conversation:
    """`to_send` is what has to be written, in order; `sent` takes off what has been.

    `taken` counts the letters. `over`: the connection is of no more use, `reason` says why;
    `blameless`: that has nothing to do with the letters still in flight; `broken`: the server
    doesn't keep to the order of commands, so its next connection is in lock-step.
    """

    def __init__(
        self, extensions: Extensions, max_in_flight: int = 1, pipelining: bool = True
    ) -> None:
        self.to_send: deque[Chunk] = deque()
        self.taken = 0
        self.over = self.broken = self.blameless = False
        self.reason = ""
        self._extensions = extensions
        self._pipelined = pipelining and extensions.pipelining
        self._streaming = self._pipelined and extensions.chunking and max_in_flight > 1
        self._max_in_flight = max_in_flight
        self._awaited: deque[tuple[Await, MailTransaction]] = deque()
        self._letters: deque[MailTransaction] = deque()
        self._needs_reset = False  # an envelope was begun and not ended

    @property
    def is_idle(self) -> bool:
        return not self._letters and not self._awaited

    @property
    def has_room(self) -> bool:
        """One letter at a time; pipelined, the next envelope goes out with a letter's end."""
        if self.over:
            return False
        if self._streaming:
            return len(self._letters) < self._max_in_flight
        if not self._letters:
            return not self._awaited
        return self._pipelined and len(self._letters) == 1 and self._awaited[-1][0] is Await.END

    def take(self, outgoing: Outgoing) -> TransportError | None:
        """Take the letter up. Refused at once is what this server has no way for."""
        parameters = mail_parameters(self._extensions, outgoing)
        if isinstance(parameters, TransportError):
            return parameters
        letter = MailTransaction(outgoing, parameters)
        self._letters.append(letter)
        self.taken += 1
        if self._needs_reset or (self._streaming and self.taken > 1):
            # After a chunk that failed the state is anybody's guess (RFC 3030, section 2).
            self._queue(b"RSET\r\n", letter, Await.RSET)
        if self._pipelined or not self._needs_reset:
            self._begin(letter)
        self._needs_reset = False
        return None

    def sent(self, size: int) -> None:
        """So many bytes have been written. A letter whose end is among them may arrive."""
        while size > 0:
            chunk = self.to_send[0]
            if size < len(chunk.data):
                chunk.data = memoryview(chunk.data)[size:]
                return
            if chunk.ends is not None:
                chunk.ends.end_sent = True
            size -= len(chunk.data)
            self.to_send.popleft()

    def receive(self, reply: Reply) -> AttemptResults:
        """The results that follow from a reply, for the letters in flight."""
        if self.over:
            return ()
        if not self._awaited:
            return self._unexpected(reply)
        what, letter = self._awaited.popleft()
        if what is Await.END and not letter.end_sent:
            # It answers in the middle of the letter: the letter's end must not leave.
            results = self._end(letter, result_of(reply))
            return [*results, *self.lose(f"the server did not wait: {reply.code} {reply.words}")]
        results = self._handlers[what](self, letter, reply)
        if reply.code == 421 and not self.over:
            return [*results, *self._server_closes(reply)]
        return results

    def lose(self, reason: str) -> AttemptResults:
        """The connection is gone: what may have arrived is uncertain, the rest is retried."""
        self.over, self.reason = True, reason
        self.to_send.clear()
        self._awaited.clear()
        uncertain = Uncertain(None, f"the answer to the letter was lost: {reason}")
        results = [
            (letter.outgoing.id, letter.failed or (uncertain if letter.end_sent else RETRY))
            for letter in self._letters
        ]
        self._letters.clear()
        return results

    def withhold(self, letter: MailTransaction) -> AttemptResults:
        """The caller has withdrawn it: its end must not be sent, so the connection is given up."""
        letter.failed, self.blameless = Withheld(), True
        return self.lose("a letter was taken back")

    def protocol_error(self, reason: str) -> AttemptResults:
        """The server doesn't keep to SMTP: what it has of the letters can't be known."""
        self.broken = True
        return self.lose(reason)

    def _begin(self, letter: MailTransaction) -> None:
        if not self._pipelined:
            self._queue(letter.mail, letter, Await.MAIL)
        elif self._streaming:
            self._queue(letter.mail + letter.rcpt + letter.bdat, letter, *STREAMED)
            self.to_send.append(Chunk(letter.outgoing.data, body=letter, ends=letter))
        else:
            self._queue(letter.mail + letter.rcpt + b"DATA\r\n", letter, *PIPELINED)

    def _mail(self, letter: MailTransaction, reply: Reply) -> AttemptResults:
        if not reply.is_positive:
            return self._envelope_failed(Await.MAIL, letter, reply)
        if not self._pipelined:
            self._queue(letter.rcpt, letter, Await.RCPT)
        return ()

    def _rcpt(self, letter: MailTransaction, reply: Reply) -> AttemptResults:
        if not reply.is_positive or letter.failed is not None:
            return self._envelope_failed(Await.RCPT, letter, reply)
        if not self._pipelined:
            self._queue(b"DATA\r\n", letter, Await.DATA)
        return ()

    def _data(self, letter: MailTransaction, reply: Reply) -> AttemptResults:
        goes_on = 300 <= reply.code < 400
        if letter.failed is None and goes_on:
            self.to_send.append(Chunk(stuffed(letter.outgoing), body=letter))
            self.to_send.append(Chunk(DOT, body=letter, ends=letter))
            self._awaited.append((Await.END, letter))
            return ()
        if letter.failed is None:
            return self._envelope_failed(Await.DATA, letter, reply)
        if goes_on:
            # Nobody to send it to, and it asks for it all the same (RFC 2920, section 3.1).
            self._queue(DOT, letter, Await.NOTHING)
            return ()
        return self._end(letter, letter.failed)

    def _ended(self, letter: MailTransaction, reply: Reply) -> AttemptResults:
        """The answer to the whole letter."""
        if letter.failed is not None:
            return self._end(letter, letter.failed)
        if reply.code >= 400:
            self._needs_reset = self._streaming
            return self._end(letter, result_of(reply))
        if reply.code >= 300 or (self._streaming and reply.words.startswith("2.1.")):
            # It speaks of an address, and was sent for together with others': an answer too many,
            # and nobody knows which is whose. After a 354 nothing else can be meant.
            return self.protocol_error(f"{reply.code} {reply.words}")
        return self._end(letter, Receipt(f"{reply.code} {reply.words}"))

    def _empty_ended(self, letter: MailTransaction, _reply: Reply) -> AttemptResults:
        return self._end(letter, letter.failed or RETRY)

    def _reset(self, letter: MailTransaction, reply: Reply) -> AttemptResults:
        if not reply.is_positive:
            return self.lose(f"{reply.code} {reply.words}")
        if not self._pipelined:
            self._begin(letter)
        return ()

    _handlers = (_mail, _rcpt, _data, _ended, _ended, _empty_ended, _reset)  # as in Await

    def _envelope_failed(
        self, what: Await, letter: MailTransaction, reply: Reply
    ) -> AttemptResults:
        """The first refusal counts; the ones that follow from it are heard out."""
        self._needs_reset = True
        if reply.code == 421 and self.taken > len(self._letters):
            # It answered letters before: a limit of this connection, and not about this letter.
            return self._server_closes(reply)
        result = result_of(reply, to_mail=what is Await.MAIL)
        if isinstance(result, Retry) and letter.failed is None:
            return self.protocol_error(f"{reply.code} {reply.words}")
        if letter.failed is None and isinstance(result, TransportError):
            letter.failed = result
        if not self._awaited or self._awaited[0][1] is not letter:
            return self._end(letter, letter.failed or RETRY)
        return ()

    def _server_closes(self, reply: Reply) -> AttemptResults:
        """421: whatever was sent after the command it answers is not looked at."""
        for letter in self._letters:
            letter.end_sent = False
        self.blameless = True
        return self.lose(f"421 {reply.words}")

    def _unexpected(self, reply: Reply) -> AttemptResults:
        self.broken = reply.code != 421
        return self.lose(f"{reply.code} {reply.words}")

    def _end(self, letter: MailTransaction, result: AttemptResult) -> AttemptResults:
        self._letters.remove(letter)
        return [(letter.outgoing.id, result)]

    def _queue(self, data: bytes, letter: MailTransaction, *awaited: Await) -> None:
        self.to_send.append(Chunk(data))
        for what in awaited:
            self._awaited.append((what, letter))


PIPELINED = (Await.MAIL, Await.RCPT, Await.DATA)
STREAMED = (Await.MAIL, Await.RCPT, Await.CHUNK)
