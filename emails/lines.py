"""Lines of plain text: how wide they are, where they break, and which way they run.

A Chinese or Japanese character takes two columns and may begin a line, a combining one takes none.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

WIDTH = 72

# Between these stand the cells and the rows of a table; no value has them (`rendering.cleaned`).
CELL, ROW = "\x1f", "\x1e"

RIGHT_TO_LEFT_MARK = "\u200f"

# All that may take another number of columns than one. Greek and Cyrillic take one.
_UNEVEN = re.compile(
    "[\u00ad\u0300-\u036f\u0483-\u0489\u0590-\u1dff\u200b-\u200f\u2028-\u202f\u2060-\u206f"
    "\u20d0-\u20ff\u2300-\u2bff\u2c7c-\u2c7d\u2cef-\u2cf1\u2d7f\u2de0-\u2dff\u2e80-\U0010ffff]"
)

_IDEOGRAPHS = (
    "\u2e80-\u303e\u3041-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\U00020000-\U0003fffd"
)
_OPENING = "（「『【〈《〔［｛〝"
_CLOSING = "、。，．・：；？！）」』】〉》〕］｝〟ー…々ぁぃぅぇぉっゃゅょァィゥェォッャュョ"
_BETWEEN_IDEOGRAPHS = re.compile(
    rf"(?<=[{_IDEOGRAPHS}])(?<![{_OPENING}])(?=[{_IDEOGRAPHS}])(?![{_CLOSING}])"
)

_NO_BREAK = re.compile("[\u00a0\u2007\u202f]")
_SPACES = re.compile(r"[ \t\n\r\f\v]+")

_FROM_THE_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff]")


def width(text: str) -> int:
    """In columns."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def wrapped(text: str, first: str, rest: str) -> list[str]:
    """Lines of 72 columns; nothing that has no space in it is broken, but between ideographs."""
    words = spaced(text)
    return list((_even if is_even(words) else _uneven)(words, first, rest))


def spaced(text: str) -> str:
    """One space between words. A space that may not be broken stays."""
    if text.isascii() or not _NO_BREAK.search(text):
        return " ".join(text.split())
    return _SPACES.sub(" ", text).strip(" ")


def is_even(text: str) -> bool:
    """Whether each character is sure to take one column."""
    return text.isascii() or not _UNEVEN.search(text)


def table(cells: str, first: str, rest: str, sides: str) -> list[str]:
    """Columns, with a line below the heads; where they are too wide, a paragraph for each row.

    `sides`: l, r or c for each column, whose cells stand on the left, on the right or between.
    """
    rows = [[spaced(cell) for cell in row.split(CELL)] for row in cells.split(ROW)]
    heads = rows[0]
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    if len(rest) + sum(widths) + 2 * len(widths) > WIDTH:
        return _paragraphs(rows, first, rest)
    lines = ["  ".join(map(_padded, row, widths, sides)).rstrip() for row in rows]
    if any(heads):
        lines.insert(1, "-" * width(lines[0]))
    else:
        del lines[0]
    return [indent + line for indent, line in zip([first] + [rest] * len(lines), lines)]  # noqa: B905


def from_the_right(line: str) -> str:
    """The line with marks where it would turn around, should a program take it for itself.

    The first letter says which way a line runs, and a full stop goes with what follows it.
    """
    if not _FROM_THE_RIGHT.search(line):
        return line
    words = line.lstrip(" ")
    strong = next((char for char in words if _is_strong(char)), "")
    before = "" if _FROM_THE_RIGHT.match(strong) else RIGHT_TO_LEFT_MARK
    after = "" if _FROM_THE_RIGHT.match(words[-1]) else RIGHT_TO_LEFT_MARK
    return line[: len(line) - len(words)] + before + words + after


def _even(words: str, indent: str, rest: str) -> Iterator[str]:
    """As `textwrap` does it, which takes several times as long: each character takes one column."""
    while words:
        room = max(WIDTH - len(indent), 0)
        end = len(words) if len(words) <= room else words.rfind(" ", 0, room + 1)
        if end < 0:
            end = words.find(" ")
        if end < 0:
            end = len(words)
        yield indent + words[:end]
        words, indent = words[end + 1 :], rest


def _uneven(words: str, indent: str, rest: str) -> Iterator[str]:
    line, used = "", 0
    for gap, piece in _pieces(words):
        more = len(gap) + width(piece)
        if line and width(indent) + used + more > WIDTH:
            yield indent + line
            line, used, indent = "", 0, rest
        line, used = (line + gap + piece, used + more) if line else (piece, width(piece))
    if line:
        yield indent + line


def _pieces(words: str) -> Iterator[tuple[str, str]]:
    """What is never broken, and what stands before it on the same line. An address is whole."""
    for word in words.split(" "):
        pieces = [word] if "://" in word else _BETWEEN_IDEOGRAPHS.split(word)
        yield from zip([" "] + [""] * len(pieces), pieces)  # noqa: B905


def _paragraphs(rows: list[list[str]], first: str, rest: str) -> list[str]:
    lines: list[str] = []
    for row in rows:
        lines += wrapped(": ".join(filter(None, row)), rest if lines else first, rest)
    return lines


def _padded(cell: str, room: int, side: str) -> str:
    space = room - width(cell)
    before = {"r": space, "c": space // 2}.get(side, 0)
    return " " * before + cell + " " * (space - before)


@lru_cache(maxsize=4096)
def _columns(char: str) -> int:
    kind = unicodedata.category(char)
    if kind in ("Mn", "Me", "Cf") or "\u1160" <= char <= "\u11ff":
        return 0
    return 2 if kind != "Cn" and unicodedata.east_asian_width(char) in "WF" else 1


def _is_strong(char: str) -> bool:
    return unicodedata.bidirectional(char) in ("L", "R", "AL")
