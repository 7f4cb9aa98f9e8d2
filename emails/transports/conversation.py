"""One connection's conversation, without the connection: what to say, and what the answers mean.

Three ways to hand a letter over, by what the server offers:

    lock-step    MAIL · RCPT · DATA · the letter and its dot, an answer between each two
    pipelined    MAIL RCPT DATA in one go; the letter, its dot, and the next MAIL RCPT DATA in one
                 go: one round trip a letter (RFC 2920)
    streaming    MAIL RCPT BDAT and the letter in one go, several letters under way (RFC 3030)

Whatever comes, every letter that was taken up gets one fate; `AGAIN` is the fate of one that the
server can't have, through no fault of its own: it may be taken up elsewhere at once.
"""

from collections import deque
from collections.abc import Iterator
from enum import Enum

from emails.errors import Deferred, Refused, TransportError, Uncertain, Withheld
from emails.transports import Outgoing, Receipt
from emails.transports.door import Extensions
from emails.transports.reply import Reply
from emails.verdicts import About, Fate, judge

DOT = b".\r\n"


class Again(Enum):
    """Not taken, and not for anything that is wrong with it."""

    AGAIN = "again"


AGAIN = Again.AGAIN

Answer = Receipt | TransportError | Again
Answers = Iterator[tuple[int, Answer]]


class Await(Enum):
    """What the next reply answers."""

    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    END = "the end of the letter"
    CHUNK = "the chunk"
    RSET = "RSET"
    NOTHING = "an empty letter"


class Letter:
    """One under way. `left`: its end may be on the wire, so the server may have it."""

    __slots__ = ("failed", "left", "options", "outgoing")

    def __init__(self, outgoing: Outgoing, options: str) -> None:
        self.outgoing, self.options = outgoing, options
        self.left = False
        self.failed: TransportError | None = None


class Piece:
    """Bytes to be written. `body`: they are that letter's own; `ends`: and its end is in them."""

    __slots__ = ("body", "data", "ends")

    def __init__(self, data: bytes, body: Letter | None = None, ends: Letter | None = None) -> None:
        self.data, self.body, self.ends = memoryview(data), body, ends


class Conversation:
    """`to_say` is what has to be written, in order; `said` takes off what has been.

    `over` says that the connection is of no more use, and `reason` why; `blameless`, that it has
    nothing to do with the letters that are left; `broken`, that the server doesn't keep to the
    order of commands: speak lock-step with it from now on.
    """

    def __init__(self, extensions: Extensions, window: int = 1, pipelining: bool = True) -> None:
        self.to_say: deque[Piece] = deque()
        self.taken = 0
        self.over = self.broken = self.blameless = False
        self.reason = ""
        self._extensions = extensions
        self._pipelined = pipelining and extensions.pipelining
        self._streaming = self._pipelined and extensions.chunking and window > 1
        self._window = window
        self._awaited: deque[tuple[Await, Letter]] = deque()
        self._letters: deque[Letter] = deque()
        self._dirty = False  # an envelope was begun and not ended

    @property
    def is_idle(self) -> bool:
        return not self._letters and not self._awaited

    @property
    def has_room(self) -> bool:
        """One letter at a time; pipelined, the next envelope goes out with a letter's end."""
        if self.over:
            return False
        if self._streaming:
            return len(self._letters) < self._window
        if not self._letters:
            return not self._awaited
        return self._pipelined and len(self._letters) == 1 and self._awaited[-1][0] is Await.END

    def take(self, outgoing: Outgoing) -> TransportError | None:
        """Take the letter up. Refused at once is what this server has no way for."""
        options = _options(self._extensions, outgoing)
        if isinstance(options, TransportError):
            return options
        letter = Letter(outgoing, options)
        self._letters.append(letter)
        self.taken += 1
        if self._dirty or (self._streaming and self.taken > 1):
            # After a chunk that failed the state is anybody's guess (RFC 3030, section 2).
            self._say(b"RSET\r\n", letter, Await.RSET)
        if self._pipelined or not self._dirty:
            self._begin(letter)
        self._dirty = False
        return None

    def _begin(self, letter: Letter) -> None:
        outgoing = letter.outgoing
        mail = f"MAIL FROM:<{outgoing.sender}>{letter.options}\r\n".encode()
        rcpt = f"RCPT TO:<{outgoing.recipient}>\r\n".encode()
        if not self._pipelined:
            self._say(mail, letter, Await.MAIL)
        elif self._streaming:
            chunk = b"BDAT %d LAST\r\n" % len(outgoing.data)
            self._say(mail + rcpt + chunk, letter, Await.MAIL, Await.RCPT, Await.CHUNK)
            self.to_say.append(Piece(outgoing.data, body=letter, ends=letter))
        else:
            self._say(mail + rcpt + b"DATA\r\n", letter, Await.MAIL, Await.RCPT, Await.DATA)

    def said(self, size: int) -> None:
        """So many bytes of `to_say` have left. A letter whose end is among them may arrive."""
        while size > 0:
            piece = self.to_say[0]
            if size < len(piece.data):
                piece.data = piece.data[size:]
                return
            if piece.ends is not None:
                piece.ends.left = True
            size -= len(piece.data)
            self.to_say.popleft()

    def hear(self, reply: Reply) -> Answers:
        """What the reply means for the letters under way."""
        if reply.code == 250 and self._pipelined and self._awaited:
            what, letter = self._awaited[0]
            if letter.failed is None and (what is Await.MAIL or what is Await.RCPT):
                # By far the most frequent, and nothing follows from it.
                self._awaited.popleft()
                return iter(())
        return self._hear(reply)

    def _hear(self, reply: Reply) -> Answers:
        if self.over:
            return
        if not self._awaited:
            yield from self._unasked(reply)
            return
        what, letter = self._awaited.popleft()
        if what is Await.END and not letter.left:
            # It answers in the middle of the letter: the letter's end must not leave.
            yield from self._end(letter, _judged(what, reply))
            yield from self.lose(f"the server did not wait: {reply.code} {reply.words}")
            return
        yield from self._answers[what](self, letter, reply)
        if reply.code == 421 and not self.over:
            yield from self._goodbye(reply)

    def lose(self, reason: str) -> Answers:
        """The connection is gone: who may have arrived, and who can't have."""
        self.over, self.reason = True, reason
        self.to_say.clear()
        self._awaited.clear()
        while self._letters:
            letter = self._letters.popleft()
            doubt = Uncertain(None, f"the answer to the letter was lost: {reason}")
            fate: Answer = letter.failed or (doubt if letter.left else AGAIN)
            yield letter.outgoing.id, fate

    def withhold(self, letter: Letter) -> Answers:
        """The caller has taken it back: it must not end, so the connection must."""
        letter.failed, self.blameless = Withheld(), True
        yield from self.lose("a letter was taken back")

    def garble(self, reason: str) -> Answers:
        """The server makes no sense."""
        self.broken = True
        yield from self.lose(reason)

    def _mail(self, letter: Letter, reply: Reply) -> Answers:
        if reply.code == 250:
            if not self._pipelined:
                rcpt = f"RCPT TO:<{letter.outgoing.recipient}>\r\n".encode()
                self._say(rcpt, letter, Await.RCPT)
            return
        yield from self._envelope_failed(Await.MAIL, letter, reply)

    def _rcpt(self, letter: Letter, reply: Reply) -> Answers:
        if reply.code in (250, 251) and letter.failed is None:
            if not self._pipelined:
                self._say(b"DATA\r\n", letter, Await.DATA)
            return
        yield from self._envelope_failed(Await.RCPT, letter, reply)

    def _data(self, letter: Letter, reply: Reply) -> Answers:
        if letter.failed is not None:
            if reply.code == 354:
                # Nobody to send it to, and it asks for it all the same (RFC 2920, section 3.1).
                self._say(DOT, letter, Await.NOTHING)
            else:
                yield from self._end(letter, letter.failed)
        elif reply.code == 354:
            stuffed = _stuffed(letter.outgoing)
            self.to_say.append(Piece(stuffed, body=letter))
            self.to_say.append(Piece(DOT, body=letter, ends=letter))
            self._awaited.append((Await.END, letter))
        else:
            yield from self._envelope_failed(Await.DATA, letter, reply)

    def _ended(self, letter: Letter, reply: Reply) -> Answers:
        """The answer to the whole letter."""
        if letter.failed is not None:
            yield from self._end(letter, letter.failed)
        elif 200 <= reply.code < 300 and not reply.words.startswith("2.1."):
            yield from self._end(letter, Receipt(f"{reply.code} {reply.words}"))
        elif reply.code < 300:
            # It speaks of an address: an answer too many, and nobody knows which is whose.
            yield from self.garble(f"{reply.code} {reply.words}")
        elif 300 <= reply.code < 400:
            yield from self.garble(f"{reply.code} {reply.words}")
        else:
            self._dirty = self._streaming
            yield from self._end(letter, _judged(Await.END, reply))

    def _emptied(self, letter: Letter, _reply: Reply) -> Answers:
        yield from self._end(letter, letter.failed or AGAIN)

    def _reset(self, letter: Letter, reply: Reply) -> Answers:
        if reply.code != 250:
            yield from self.lose(f"{reply.code} {reply.words}")
        elif not self._pipelined:
            self._begin(letter)

    _answers = {  # noqa: RUF012
        Await.MAIL: _mail,
        Await.RCPT: _rcpt,
        Await.DATA: _data,
        Await.END: _ended,
        Await.CHUNK: _ended,
        Await.NOTHING: _emptied,
        Await.RSET: _reset,
    }

    def _envelope_failed(self, what: Await, letter: Letter, reply: Reply) -> Answers:
        """The first refusal counts; the ones that follow from it are heard out."""
        self._dirty = True
        if reply.code == 421 and self.taken > 1:
            # It took letters before: a limit of this connection, and not about this letter.
            yield from self._goodbye(reply)
            return
        fate = _judged(what, reply)
        if isinstance(fate, Again) and letter.failed is None:
            yield from self.garble(f"{reply.code} {reply.words}")
            return
        if letter.failed is None and isinstance(fate, TransportError):
            letter.failed = fate
        if not self._awaited or self._awaited[0][1] is not letter:
            yield from self._end(letter, letter.failed or AGAIN)

    def _goodbye(self, reply: Reply) -> Answers:
        """What stands behind it in the line will not be looked at."""
        for letter in self._letters:
            letter.left = False
        self.blameless = True
        yield from self.lose(f"421 {reply.words}")

    def _unasked(self, reply: Reply) -> Answers:
        self.broken = reply.code != 421
        yield from self.lose(f"{reply.code} {reply.words}")

    def _end(self, letter: Letter, fate: Answer) -> Answers:
        self._letters.remove(letter)
        yield letter.outgoing.id, fate

    def _say(self, data: bytes, letter: Letter, *awaited: Await) -> None:
        self.to_say.append(Piece(data))
        self._awaited.extend((what, letter) for what in awaited)


def _judged(what: Await, reply: Reply) -> Answer:
    """`AGAIN` where it is no answer at all."""
    if not 400 <= reply.code < 600:
        return AGAIN
    verdict = judge(reply.code, reply.words)
    if verdict.fate is not Fate.REFUSED:
        return Deferred(reply.code, reply.words)
    if what is Await.MAIL and verdict.about is not About.CONTENT:
        # It is about us. Whoever mends it would not want every letter to be lost until then.
        return Deferred(reply.code, reply.words)
    return Refused(reply.code, reply.words)


def _options(server: Extensions, outgoing: Outgoing) -> str | TransportError:
    """The parameters of MAIL, or why there is no way to this address."""
    both = outgoing.sender + outgoing.recipient
    if not both.isprintable() or any(sign in both for sign in ' <>"'):
        return Refused(None, "an address with spaces, quotes or angle brackets is not written to")
    size = len(outgoing.data)
    if server.size and size > server.size:
        return Refused(None, f"the server takes {server.size} bytes, and the letter has {size}")
    options = "" if server.size is None else f" SIZE={size}"
    if both.isascii():
        return options
    if not server.smtputf8:
        return Refused(None, "the server takes no address with signs beyond ASCII (SMTPUTF8)")
    return f"{options} SMTPUTF8 BODY=8BITMIME"


def _stuffed(outgoing: Outgoing) -> bytes:
    """With the dots of RFC 5321, section 4.5.2, but for the final one."""
    data = outgoing.data
    if outgoing.dotless:
        return data
    stuffed = data.replace(b"\r\n.", b"\r\n..").removesuffix(b"\r\n") + b"\r\n"
    return b"." + stuffed if data.startswith(b".") else stuffed
