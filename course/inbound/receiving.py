"""Mail that comes in: for now, unsubscribing by letter (`mailto` in List-Unsubscribe).

`letterpath receive` reads one message from standard input, as a mail server's pipe gives it.
Anybody can write one, so only so much is read of it, and of that only the subject.
"""

import binascii
import re
from collections.abc import Iterator
from datetime import datetime
from email.errors import MessageError
from email.header import decode_header
from typing import IO

from sqlmodel import Session

from course.runtime.links import LEAVING, Links
from course.subscribers import departures
from emails.errors import Expired, Tampered, TokenError
from emails.tokens import LONGEST_TOKEN, SHORTEST_TOKEN, Purpose

# The headers of real letters take a fraction of it.
LARGEST = 64 * 1024

# Ours has some forty characters. The library's decoder takes quadratic time.
LONGEST_SUBJECT = 2000

# The subject of the letter that our header asks mail programs to write. Some leave its %20.
LEAVE = re.compile(rf"\bleave(?:[^\w-]|20)+([\w-]{{{SHORTEST_TOKEN},}})", re.ASCII | re.IGNORECASE)

_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(rb"\r?\n(?=[ \t])")
_SUBJECT = re.compile(rb"^subject[ \t]*:([^\r\n]*)", re.MULTILINE | re.IGNORECASE)


def taken(stream: IO[bytes]) -> bytes:
    """The message's beginning. The rest is read as well, and not kept: a mail server whose pipe
    breaks may take the letter for undeliverable.
    """
    beginning = stream.read(LARGEST)
    while stream.read(LARGEST):
        pass
    return beginning


def receive(session: Session, links: Links, raw: bytes, now: datetime) -> str:
    """Do what the message asks; one sentence on what was done, without naming anybody."""
    written = LEAVE.findall(subject(raw))
    if not written:
        return "Nothing to do: the subject does not ask to leave."
    try:
        purpose, id_ = _opened(links, written, now)
    except TokenError as error:
        return f"Nothing done: the token is {type(error).__name__.lower()}."
    departure = departures.find(session, purpose, id_)
    if departure is None:
        return "Nothing to do: the subscriber was erased."
    departures.leave(session, departure, now)
    return f"{type(departure.place).__name__} {id_} has left."


def subject(raw: bytes) -> str:
    """Unfolded and decoded (RFC 2047), or its beginning. Takes anything and never raises."""
    head = _END_OF_HEADERS.split(raw[:LARGEST], maxsplit=1)[0]
    found = _SUBJECT.search(_FOLD.sub(b"", head))
    line = found[1][:LONGEST_SUBJECT].decode("latin-1").strip() if found else ""
    try:
        return "".join(_decoded(*part) for part in decode_header(line))
    except (MessageError, binascii.Error, ValueError):
        return line


def _decoded(words: bytes | str, charset: str | None) -> str:
    if isinstance(words, str):
        return words
    try:
        return words.decode(charset or "latin-1", "replace")
    except (LookupError, ValueError):  # a charset that there is not, or one that isn't for text
        return words.decode("latin-1")


def _opened(links: Links, written: list[str], now: datetime) -> tuple[Purpose, int]:
    """What the first of our tokens is for, and the id in it. Raises `TokenError`."""
    trouble: TokenError = Tampered("not a token of ours")
    for token in _spellings(written):
        try:
            return links.read_any(token, LEAVING, now)
        except Expired as error:
            trouble = error
        except Tampered:
            continue
    raise trouble


def _spellings(written: list[str]) -> Iterator[str]:
    """A token ends in any of its characters; what somebody wrote behind it may be one of them."""
    for run in written:
        for end in range(min(len(run), LONGEST_TOKEN), SHORTEST_TOKEN - 1, -1):
            yield run[:end]
