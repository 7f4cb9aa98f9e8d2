"""The headers of a message: checked, encoded and folded, a line at a time.

Whatever comes from outside goes through here, and nothing with a line break in it gets out:
it raises `HeaderError`.
"""

import hashlib
import re
import unicodedata
from datetime import UTC, datetime
from email.header import Header
from email.utils import format_datetime, getaddresses
from functools import lru_cache

from emails.errors import HeaderError

# Longer addresses are broken by folding somewhere on their way, and the link is lost.
LONGEST_URL = 76
LONGEST_LINE = 998  # RFC 5322, section 2.1.1, without CRLF
FOLD_WIDTH = 76

ONE_CLICK = "List-Unsubscribe=One-Click"  # RFC 8058, section 3.1

_MESSAGE_ID = re.compile(r"<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+>")
_LIST_ID = re.compile(r"[A-Za-z0-9_.-]+>")
_URL = re.compile(r"https?://[\x21-\x3b\x3d\x3f-\x7e]+")
_MAILTO = re.compile(
    r"mailto:[\x21-\x2b\x2d-\x3b\x3d\x3f-\x7e]+@[\x21-\x2b\x2d-\x3b\x3d\x3f-\x7e]+"
)
_BARE_ADDRESS = re.compile(
    r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
)
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")


def checked_message_id(text: str) -> str:
    if not _MESSAGE_ID.fullmatch(text) or len(text) > FOLD_WIDTH:
        raise HeaderError(f"not a Message-ID: {text!r}")
    return text


@lru_cache(maxsize=64)  # a whole batch is of one moment
def date(at: datetime) -> str:
    """RFC 5322, in UTC. A naive time is refused: it could be any hour."""
    if at.tzinfo is None:
        raise HeaderError("the date of a message needs its zone")
    return format_datetime(at.astimezone(UTC))


def subject(text: str) -> str:
    """Folded, and encoded (RFC 2047) where it has to be."""
    return unstructured(text, "Subject")


def unstructured(text: str, name: str) -> str:
    """Free text for the header called `name` (an "unstructured" field in RFC 5322)."""
    line = _one_line(text)
    # What looks like an encoded word would be decoded into something else.
    plain = line.isascii() and "=?" not in line and len(max(line.split(), default="", key=len)) < 60
    header = Header(line, "us-ascii" if plain else "utf-8", FOLD_WIDTH, name)
    return _folded(header.encode(splitchars=" ", linesep="\r\n"))


def mailbox(text: str, name: str) -> str:
    """`CNT <letters@example.org>` or an address alone, for the header called `name`."""
    if _BARE_ADDRESS.fullmatch(text):
        return text
    (title, address), *others = getaddresses([_one_line(text)]) or [("", "")]
    if others or address.count("@") != 1 or any(char in '<>," ' or char < "!" for char in address):
        raise HeaderError(f"not a mailbox, for {name}: {text!r}")
    return _joined(_phrase(title, name), f"<{address}>") if title else address


def list_id(text: str) -> str:
    """`Evening letters <letters.example.org>` (RFC 2919); quoted where its unstructured need it."""
    title, _, name = _one_line(text).rpartition("<")
    if not _LIST_ID.fullmatch(name):
        raise HeaderError(f"not a List-ID: {text!r}")
    phrase = _phrase(title.strip(), "List-ID") if title.strip() else ""
    return _joined(phrase, f"<{name}")


def feedback_id(text: str) -> str:
    """Up to four fields, parted by colons, in ASCII without spaces."""
    if not re.fullmatch(r"[\x21-\x7e]{1,200}", text):
        raise HeaderError(f"not a Feedback-ID: {text!r}")
    return text


def language(tag: str) -> str:
    """A BCP 47 tag (RFC 3282)."""
    if not re.fullmatch(r"[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8}){0,8}", tag):
        raise HeaderError(f"not a language: {tag[:40]!r}")
    return tag


def sender_id(domain: str) -> str:
    """An installation's own, by which Google counts complaints: it takes 5 to 15 characters."""
    return "lp" + hashlib.sha256(domain.encode()).hexdigest()[:10]


def unsubscribe(url: str, mailto: str) -> str:
    """Both ways out, each on a line of its own and never broken."""
    if not _URL.fullmatch(url) or len(url) > LONGEST_URL:
        raise HeaderError(f"not a URL of at most {LONGEST_URL} characters: {len(url)}")
    if not _MAILTO.fullmatch(mailto) or len(mailto) > LONGEST_LINE - 4:
        raise HeaderError("not a mailto: address to unsubscribe with")
    return f"<{url}>,\r\n <{mailto}>"


def _phrase(text: str, name: str) -> str:
    """A display name: bare, quoted or encoded, whichever is the plainest that holds."""
    if not text.isascii() or "=?" in text or len(text) > 60:
        header = Header(text, "utf-8", FOLD_WIDTH, name)
        return _folded(header.encode(linesep="\r\n"))
    if _ATOMS.fullmatch(text):
        return text
    escaped = text.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"'


def _joined(phrase: str, bracketed: str) -> str:
    if not phrase:
        return bracketed
    last_line = phrase.rpartition("\n")[2]
    fits = len("Reply-To: ") + len(last_line) + len(bracketed) < FOLD_WIDTH
    return f"{phrase} {bracketed}" if fits else f"{phrase}\r\n {bracketed}"


def _one_line(text: str) -> str:
    if any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in text):
        raise HeaderError("a header can't hold line breaks or control characters")
    return text


def _folded(value: str) -> str:
    """What the library folded, looked at once more."""
    if any(not line.startswith((" ", "\t")) for line in value.split("\r\n")[1:]):
        raise HeaderError("a folded line has to begin with a space")
    return value
