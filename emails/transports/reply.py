"""SMTP replies, parsed from whatever chunks they come in (RFC 5321, section 4.2).

250-2.1.0 one line
250 2.1.0 and the last one   →   Reply(250, "2.1.0 one line 2.1.0 and the last one")
"""

from functools import lru_cache
from typing import NamedTuple

from emails.printable import printable

KEPT_CHARACTERS = 500  # of a reply's text
LONGEST_LINE = 4_096  # bytes; a longer one is given up, and so is a longer reply
LONGEST_REPLY = 65_536


class ProtocolError(Exception):
    """Not a reply as the standard has it, or one without an end."""


class Reply(NamedTuple):
    """`words`: the text of all its lines, at most 500 characters, printable."""

    code: int
    words: str

    @property
    def is_positive(self) -> bool:
        """By the first digit (RFC 5321, section 4.2): what the others mean, a server may know."""
        return 200 <= self.code < 300


class ReplyParser:
    """For one connection: the replies in their order."""

    __slots__ = ("_code", "_rest", "_size", "_texts")

    def __init__(self) -> None:
        self._rest = b""
        self._code = self._size = 0
        self._texts: list[str] = []

    def feed(self, data: bytes) -> list[Reply]:
        """The replies that are complete now. Raises `ProtocolError`."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        found = [reply for line in lines if (reply := self._line(line)) is not None]
        if len(self._rest) > LONGEST_LINE:
            raise ProtocolError("a line without an end")
        return found

    def _line(self, line: bytes) -> Reply | None:
        """The reply that this line ends, if it does."""
        reply, more = _parsed(line)
        if self._code not in (0, reply.code):
            raise ProtocolError(f"a reply that changes its code: {reply.code}")
        if more:
            self._keep(*reply)
            return None
        if self._texts:
            reply = Reply(reply.code, " ".join([*self._texts, reply.words])[:KEPT_CHARACTERS])
            self._begin()
        return reply

    def _keep(self, code: int, text: str) -> None:
        self._code, self._size = code, self._size + len(text) + 6
        if self._size > LONGEST_REPLY:
            raise ProtocolError("a reply without an end")
        if sum(map(len, self._texts)) < KEPT_CHARACTERS:
            self._texts.append(text)

    def _begin(self) -> None:
        self._code, self._size, self._texts = 0, 0, []


@lru_cache(maxsize=256)
def _parsed(line: bytes) -> tuple[Reply, bool]:
    """A line's, and whether more of them follow. A server says the same a thousand times."""
    code, separator = line[:3], line[3:4]
    if not code.isdigit() or not b"200" <= code < b"600" or separator.strip(b" -\r"):
        raise ProtocolError(f"not a reply: {_text(line[:40])}")
    return Reply(int(code), _text(line[4 : KEPT_CHARACTERS + 4])), separator == b"-"


def _text(data: bytes) -> str:
    return printable(data.decode("utf-8", "replace"))
