"""What a mail server says, put together from whatever pieces it comes in (RFC 5321, section 4.2).

250-2.1.0 one line
250 2.1.0 and the last one   →   Reply(250, "2.1.0 one line 2.1.0 and the last one")
"""

from functools import lru_cache
from typing import NamedTuple

from emails.printable import printable

# As much of the words as anybody will read, and as much of a reply as we wait for the end of.
WORDS = 500
LONGEST_LINE = 4_096
LONGEST_REPLY = 65_536


class Garbled(Exception):
    """Not a reply as the standard has it, or one without an end."""


class Reply(NamedTuple):
    code: int
    words: str


class Replies:
    """The replies of one connection, in order."""

    __slots__ = ("_code", "_rest", "_size", "_words")

    def __init__(self) -> None:
        self._rest = b""
        self._code = self._size = 0
        self._words: list[str] = []

    def feed(self, data: bytes) -> list[Reply]:
        """The replies that are complete now. Raises `Garbled`."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        found = [reply for line in lines if (reply := self._line(line)) is not None]
        if len(self._rest) > LONGEST_LINE:
            raise Garbled("a line without an end")
        return found

    def _line(self, line: bytes) -> Reply | None:
        """The reply that this line ends, if it does."""
        reply, more = _parsed(line)
        if self._code not in (0, reply.code):
            raise Garbled(f"a reply that changes its code: {reply.code}")
        if more:
            self._keep(*reply)
            return None
        if self._words:
            reply = Reply(reply.code, " ".join([*self._words, reply.words])[:WORDS])
            self._begin()
        return reply

    def _keep(self, code: int, words: str) -> None:
        self._code, self._size = code, self._size + len(words) + 6
        if self._size > LONGEST_REPLY:
            raise Garbled("a reply without an end")
        if sum(map(len, self._words)) < WORDS:
            self._words.append(words)

    def _begin(self) -> None:
        self._code, self._size, self._words = 0, 0, []


@lru_cache(maxsize=256)
def _parsed(line: bytes) -> tuple[Reply, bool]:
    """A line's, and whether more of them follow. A server says the same a thousand times."""
    code, sign = line[:3], line[3:4]
    if not code.isdigit() or not b"200" <= code < b"600" or sign.strip(b" -\r"):
        raise Garbled(f"not a reply: {_text(line[:40])}")
    return Reply(int(code), _text(line[4 : WORDS + 4])), sign == b"-"


def _text(said: bytes) -> str:
    return printable(said.decode("utf-8", "replace"))
