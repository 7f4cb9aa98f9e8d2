"""Content-Transfer-Encoding of a letter's parts: quoted-printable, or base64 where it saves much.

In quoted-printable a letter beyond ASCII takes three bytes for each of UTF-8's, so a lesson in
Georgian or Hindi would be clipped; base64 takes four for three. Whichever it is, it is the same
for every reader of one letter.
"""

from base64 import encodebytes
from functools import lru_cache
from typing import Literal

from emails.quoted_printable import quoted

Encoding = Literal["quoted-printable", "base64"]
Encodings = tuple[Encoding, Encoding]  # of the text part and of the HTML part

PLAIN: Encodings = ("quoted-printable", "quoted-printable")

# Up to here quoted-printable stays: such a letter is encoded ahead (`compiled_message`).
LARGE_LETTER = 50_000


@lru_cache(maxsize=512)
def encodings(text: str, html: str) -> Encodings:
    """The smaller one for each part, if the letter is large."""
    if len(quoted(text)) + len(quoted(html)) <= LARGE_LETTER:
        return PLAIN
    return _smaller(text), _smaller(html)


def encoded(text: str, encoding: Encoding) -> bytes:
    """Lines of at most 76 bytes, parted by CRLF; the last one is not ended."""
    if encoding == "quoted-printable":
        return quoted(text)
    # Line breaks are CRLF before they are encoded (RFC 2045, section 6.8).
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    return encodebytes(lines.encode()).rstrip(b"\n").replace(b"\n", b"\r\n")


def size(text: str, html: str) -> int:
    """In bytes, as the two parts are sent, but for the values of their reader."""
    return sum(map(len, map(encoded, (text, html), encodings(text, html))))


def _smaller(text: str) -> Encoding:
    return "base64" if len(encoded(text, "base64")) < len(quoted(text)) else "quoted-printable"
