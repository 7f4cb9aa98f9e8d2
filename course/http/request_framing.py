"""Where an HTTP/1.1 request ends (RFC 9112, sections 6 and 7): told from its bytes as they come.

It says only when a request is whole, so that a thread can be given all of it at once. What the
bytes mean is for the server's own parser: whatever is odd here counts as whole, and is refused
there.
"""

import re

# In bytes. More than gunicorn takes of either, so that its answers stand.
MAX_HEAD_BYTES = 64 * 1024
MAX_BODY_BYTES = 1024 * 1024

# A chunk's size and its extensions.
LONGEST_CHUNK_LINE = 256

_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length[ \t]*:[ \t]*([0-9]{1,18})[ \t]*(?=\r\n)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding[ \t]*:", re.IGNORECASE)
_EXPECTS = re.compile(rb"\r\nexpect[ \t]*:[ \t]*100-continue[ \t]*\r\n", re.IGNORECASE)


class TooLarge(Exception):
    """No request of ours is as large as that."""


class IncomingRequest:
    """The bytes of one request. Each is looked at once, however many pieces they come in."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.expects_continue = False
        self._seen = 0  # what has been looked at: of the head, then of the chunks
        self._body = 0  # where it begins; 0 until the head is there
        self._end = 0  # where the request ends, as the head has it; 0 where chunks say it

    def is_whole(self) -> bool:
        """Raises `TooLarge`."""
        if not self._body and not self._has_head():
            return False
        if len(self.data) - self._body > MAX_BODY_BYTES:
            raise TooLarge
        return len(self.data) >= self._end if self._end else self._has_last_chunk()

    def _has_head(self) -> bool:
        found = self.data.find(_END, max(0, self._seen - len(_END)), MAX_HEAD_BYTES)
        if found < 0:
            if len(self.data) >= MAX_HEAD_BYTES:
                raise TooLarge
            self._seen = len(self.data)
            return False
        self._body = self._seen = found + len(_END)
        self._read_head(bytes(self.data[: self._body]))
        return True

    def _read_head(self, head: bytes) -> None:
        self.expects_continue = bool(_EXPECTS.search(head))
        if _CHUNKED.search(head):
            return
        length = _LENGTH.search(head)
        size = int(length[1]) if length else 0
        if size > MAX_BODY_BYTES:
            raise TooLarge
        self._end = self._body + size

    def _has_last_chunk(self) -> bool:
        while (line := self.data.find(b"\r\n", self._seen, self._seen + LONGEST_CHUNK_LINE)) >= 0:
            size = _chunk_size(bytes(self.data[self._seen : line]))
            if size is None:
                return True
            if size == 0:  # trailers, which nobody sends us, are for the parser to refuse
                return len(self.data) >= line + len(_END)
            if size > MAX_BODY_BYTES:
                raise TooLarge
            after = line + size + 2 * len(b"\r\n")
            if after > len(self.data):
                return False
            self._seen = after
        return len(self.data) - self._seen >= LONGEST_CHUNK_LINE


def _chunk_size(line: bytes) -> int | None:
    """None for what is none."""
    digits = line.partition(b";")[0].strip()
    return int(digits, 16) if re.fullmatch(rb"[0-9A-Fa-f]{1,12}", digits) else None
