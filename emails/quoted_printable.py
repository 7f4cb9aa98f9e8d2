"""Text → quoted-printable (RFC 2045, section 6.7) that no transport has to touch again.

The standard library does the work, in C. What it leaves undone is mended here: a space at the
end of a full line makes it longer than 76, and a dot at the beginning of a line would have to be
doubled on its way (RFC 5321, section 4.5.2), so it travels as `=2E`.
"""

import re
from binascii import b2a_qp

WIDTH = 76
SOFT_BREAK = b"=\r\n"

# A line that stays as it is: printable ASCII but the equals sign, not full, no dot in front.
_BARE = r"(?!\.)[ -<>-~]{0,75}+(?<! )"
_are_bare_lines = re.compile(rf"{_BARE}(?:\n{_BARE})*").fullmatch

_LATE_SPACES = re.compile(rb"^([^\n]{74,75})(=20|=09)$", re.MULTILINE)
_DOTTED = re.compile(rb"^\.[^\n]*", re.MULTILINE)


def quoted(text: str) -> bytes:
    """Lines of at most 76 bytes, parted by CRLF, none of which begins with a dot.

    The last one is not ended, and has 75 at the most: a soft break fits behind it. No line ends
    with a space. So pieces may stand one after another, each on a line of its own.
    """
    if _are_bare_lines(text):
        return text.encode().replace(b"\n", b"\r\n")
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _mended(b2a_qp(lines.encode(), istext=True)).replace(b"\n", b"\r\n")


def _mended(encoded: bytes) -> bytes:
    if b"=20\n" in encoded or b"=09\n" in encoded:
        encoded = _LATE_SPACES.sub(rb"\1=\n\2", encoded)
    if len(encoded) - encoded.rfind(b"\n") > WIDTH:
        last = 3 if encoded[-3:-2] == b"=" else 1
        encoded = encoded[:-last] + b"=\n" + encoded[-last:]
    if encoded.startswith(b".") or b"\n." in encoded:
        encoded = _DOTTED.sub(_hidden, encoded)
    return encoded


def _hidden(line: re.Match[bytes]) -> bytes:
    """The line without its leading dot; where it is full, the dot has a line to itself."""
    before, rest = b"", line[0]
    while rest.startswith(b".") and len(rest) > WIDTH - 3:
        before, rest = before + b"=2E=\n", rest[1:]
    return before + (b"=2E" + rest[1:] if rest.startswith(b".") else rest)
