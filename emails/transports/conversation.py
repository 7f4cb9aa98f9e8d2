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
from enum import IntEnum

from emails.errors import TransportError, Uncertain, Withheld
from emails.transports.connect import Extensions
from emails.transports.envelope import DOT, Letter, Piece, options, stuffed
from emails.transports.reply import Reply
from emails.transports.results import AGAIN, Again, Answer, Answers, judged
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
        said = options(self._extensions, outgoing)
        if isinstance(said, TransportError):
            return said
        letter = Letter(outgoing, said)
        self._letters.append(letter)
        self.taken += 1
        if self._dirty or (self._streaming and self.taken > 1):
            # After a chunk that failed the state is anybody's guess (RFC 3030, section 2).
            self._say(b"RSET\r\n", letter, Await.RSET)
        if self._pipelined or not self._dirty:
            self._begin(letter)
        self._dirty = False
        return None

    def said(self, size: int) -> None:
        """So many bytes of `to_say` have left. A letter whose end is among them may arrive."""
        while size > 0:
            piece = self.to_say[0]
            if size < len(piece.data):
                piece.data = memoryview(piece.data)[size:]
                return
            if piece.ends is not None:
                piece.ends.left = True
            size -= len(piece.data)
            self.to_say.popleft()

    def hear(self, reply: Reply) -> Answers:
        """What the reply means for the letters under way."""
        if self.over:
            return ()
        if not self._awaited:
            return self._unasked(reply)
        what, letter = self._awaited.popleft()
        if what is Await.END and not letter.left:
            # It answers in the middle of the letter: the letter's end must not leave.
            answers = self._end(letter, judged(reply))
            return [*answers, *self.lose(f"the server did not wait: {reply.code} {reply.words}")]
        answers = self._heard[what](self, letter, reply)
        if reply.code == 421 and not self.over:
            return [*answers, *self._goodbye(reply)]
        return answers

    def lose(self, reason: str) -> Answers:
        """The connection is gone: who may have arrived, and who can't have."""
        self.over, self.reason = True, reason
        self.to_say.clear()
        self._awaited.clear()
        doubt = Uncertain(None, f"the answer to the letter was lost: {reason}")
        left = [
            (letter.outgoing.id, letter.failed or (doubt if letter.left else AGAIN))
            for letter in self._letters
        ]
        self._letters.clear()
        return left

    def withhold(self, letter: Letter) -> Answers:
        """The caller has taken it back: it must not end, so the connection must."""
        letter.failed, self.blameless = Withheld(), True
        return self.lose("a letter was taken back")

    def garble(self, reason: str) -> Answers:
        """The server makes no sense."""
        self.broken = True
        return self.lose(reason)

    def _begin(self, letter: Letter) -> None:
        if not self._pipelined:
            self._say(letter.mail, letter, Await.MAIL)
        elif self._streaming:
            self._say(letter.mail + letter.rcpt + letter.bdat, letter, *STREAMED)
            self.to_say.append(Piece(letter.outgoing.data, body=letter, ends=letter))
        else:
            self._say(letter.mail + letter.rcpt + b"DATA\r\n", letter, *PIPELINED)

    def _mail(self, letter: Letter, reply: Reply) -> Answers:
        if not _is_yes(reply):
            return self._envelope_failed(Await.MAIL, letter, reply)
        if not self._pipelined:
            self._say(letter.rcpt, letter, Await.RCPT)
        return ()

    def _rcpt(self, letter: Letter, reply: Reply) -> Answers:
        if not _is_yes(reply) or letter.failed is not None:
            return self._envelope_failed(Await.RCPT, letter, reply)
        if not self._pipelined:
            self._say(b"DATA\r\n", letter, Await.DATA)
        return ()

    def _data(self, letter: Letter, reply: Reply) -> Answers:
        goes_on = 300 <= reply.code < 400
        if letter.failed is None and goes_on:
            self.to_say.append(Piece(stuffed(letter.outgoing), body=letter))
            self.to_say.append(Piece(DOT, body=letter, ends=letter))
            self._awaited.append((Await.END, letter))
            return ()
        if letter.failed is None:
            return self._envelope_failed(Await.DATA, letter, reply)
        if goes_on:
            # Nobody to send it to, and it asks for it all the same (RFC 2920, section 3.1).
            self._say(DOT, letter, Await.NOTHING)
            return ()
        return self._end(letter, letter.failed)

    def _ended(self, letter: Letter, reply: Reply) -> Answers:
        """The answer to the whole letter."""
        if letter.failed is not None:
            return self._end(letter, letter.failed)
        if reply.code >= 400:
            self._dirty = self._streaming
            return self._end(letter, judged(reply))
        if reply.code >= 300 or (self._streaming and reply.words.startswith("2.1.")):
            # It speaks of an address, and was sent for together with others': an answer too many,
            # and nobody knows which is whose. After a 354 nothing else can be meant.
            return self.garble(f"{reply.code} {reply.words}")
        return self._end(letter, Receipt(f"{reply.code} {reply.words}"))

    def _emptied(self, letter: Letter, _reply: Reply) -> Answers:
        return self._end(letter, letter.failed or AGAIN)

    def _reset(self, letter: Letter, reply: Reply) -> Answers:
        if not _is_yes(reply):
            return self.lose(f"{reply.code} {reply.words}")
        if not self._pipelined:
            self._begin(letter)
        return ()

    _heard = (_mail, _rcpt, _data, _ended, _ended, _emptied, _reset)  # as in Await

    def _envelope_failed(self, what: Await, letter: Letter, reply: Reply) -> Answers:
        """The first refusal counts; the ones that follow from it are heard out."""
        self._dirty = True
        if reply.code == 421 and self.taken > 1:
            # It took letters before: a limit of this connection, and not about this letter.
            return self._goodbye(reply)
        fate = judged(reply, of_the_sender=what is Await.MAIL)
        if isinstance(fate, Again) and letter.failed is None:
            return self.garble(f"{reply.code} {reply.words}")
        if letter.failed is None and isinstance(fate, TransportError):
            letter.failed = fate
        if not self._awaited or self._awaited[0][1] is not letter:
            return self._end(letter, letter.failed or AGAIN)
        return ()

    def _goodbye(self, reply: Reply) -> Answers:
        """What stands behind it in the line will not be looked at."""
        for letter in self._letters:
            letter.left = False
        self.blameless = True
        return self.lose(f"421 {reply.words}")

    def _unasked(self, reply: Reply) -> Answers:
        self.broken = reply.code != 421
        return self.lose(f"{reply.code} {reply.words}")

    def _end(self, letter: Letter, fate: Answer) -> Answers:
        self._letters.remove(letter)
        return [(letter.outgoing.id, fate)]

    def _say(self, data: bytes, letter: Letter, *awaited: Await) -> None:
        self.to_say.append(Piece(data))
        for what in awaited:
            self._awaited.append((what, letter))


def _is_yes(reply: Reply) -> bool:
    """By the first digit (RFC 5321, section 4.2): what the others mean, a server may know."""
    return 200 <= reply.code < 300


PIPELINED = (Await.MAIL, Await.RCPT, Await.DATA)
STREAMED = (Await.MAIL, Await.RCPT, Await.CHUNK)
