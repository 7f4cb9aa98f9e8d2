"""One way through a letter's choices, printed but for the gaps.

    still bytes │ slot │ still bytes │ slot │ still bytes

Each piece begins on a line of its own and ends where a soft break can follow, so what goes into
a slot changes nothing around it. What stands in several slots is encoded once for each person.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from emails.errors import RenderError
from emails.letter.rendering import Value, screened
from emails.lines import WIDTH, is_even
from emails.message.segments import Filtered, Named, Settled, filtered, spoken, value_of
from emails.quoted_printable import SOFT_BREAK, quoted

Values = Mapping[str, Value]

# A line break, and a value that is the same in HTML, in text and filled, and that is the same
# in quoted-printable as well: printable ASCII without & < > " ' and =, and no full line of it.
# (Two spaces beside each other are looked for apart.)
_are_plain_lines = re.compile(r"(?:\n(?![ .])[ !#-%(-;?-~]{0,72}+(?<! ))*").fullmatch

# The same in HTML, in text and, if a line is long enough for it, filled.
_is_single_spaced = re.compile(r"(?! )[^ &<>\"']*+(?: [^ &<>\"']++)*+").fullmatch


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for one person's own."""

    piece: Named | Filtered
    html: bool

    @property
    def name(self) -> str | None:
        """The value that stands here as it is, if it is simple."""
        match self.piece:
            case Named(name) | Filtered((Named(name),), "fill", ("", "")):
                return name
        return None

    def encoded(self, values: Values) -> bytes:
        piece = self.piece
        if isinstance(piece, Filtered):
            return _filtered(spoken(piece.pieces, values), piece.by, piece.arguments)
        value = value_of(piece.name, values)
        return quoted(screened(value) if self.html else str(value))


Chunk = bytes | Slot


class Sheet:
    """Chunks in their order, sorted once, so that little is left to do for each person."""

    def __init__(self, chunks: Iterable[Chunk]) -> None:
        merged = list(_merged(chunks))
        still = [chunk for chunk in merged if isinstance(chunk, bytes)]
        slots = [chunk for chunk in dict.fromkeys(merged) if isinstance(chunk, Slot)]
        self._still = tuple(still)
        self._slots = [(slot.name, slot.encoded) for slot in slots]
        self._names = list(dict.fromkeys(slot.name for slot in slots if slot.name is not None))
        self._values_of = _taking(self._names)
        self._in_order = _taking([[*still, *slots].index(chunk) for chunk in merged])

    def chunks(self, values: Values) -> tuple[bytes, ...]:
        """Raises `RenderError` for a value that is not there."""
        simple = self._simple(values)
        own = [simple[name] if name in simple else encode(values) for name, encode in self._slots]
        return self._in_order((*self._still, *own))

    def _simple(self, values: Values) -> dict[str | None, bytes]:
        """The values, encoded, that are the same wherever they stand: most often, all of them."""
        try:
            own = self._values_of(values)
        except KeyError as missing:
            raise RenderError(f"the letter can't be filled in: {missing} is undefined") from None
        lines = _plain_lines(own)
        if lines is not None:
            return dict(zip(self._names, lines, strict=True))
        each = zip(self._names, own, strict=True)
        return {name: quoted(str(value)) for name, value in each if _is_simple(value)}


def chunks_of(pieces: Iterable[Settled], html: bool) -> Iterator[Chunk]:
    """Words are encoded, and all else is a slot, each on lines of its own."""
    begun = False
    for piece in pieces:
        if begun and not (isinstance(piece, str) and piece.startswith("\n")):
            yield SOFT_BREAK
        yield quoted(piece) if isinstance(piece, str) else Slot(piece, html)
        begun = not (isinstance(piece, str) and piece.endswith("\n"))


def _plain_lines(values: Sequence[Value]) -> list[bytes] | None:
    """All at once: one look at a few hundred characters instead of a look at each value."""
    try:
        text = "\n".join(("", *values))  # type: ignore[arg-type]
    except TypeError:  # a number
        return None
    lines = text.encode().split(b"\n")[1:] if _are_plain_lines(text) and "  " not in text else []
    return lines if len(lines) == len(values) else None


def _is_simple(value: Value) -> bool:
    return (
        isinstance(value, str)
        and value.isprintable()  # so that nothing is cleaned away
        and (len(value) <= WIDTH or " " not in value)
        and is_even(value)
        and _is_single_spaced(value) is not None
    )


# Whole cohorts get the same line, or the same prompt.
@lru_cache(maxsize=512)
def _filtered(words: str, by: str, arguments: tuple[str, ...]) -> bytes:
    return quoted(filtered(words, by, arguments))


def _merged(chunks: Iterable[Chunk]) -> Iterator[Chunk]:
    """Bytes beside bytes are one chunk."""
    for kind, run in groupby(chunks, type):
        if kind is bytes:
            yield b"".join(run)  # type: ignore[arg-type]
        else:
            yield from run


def _taking(keys: Sequence[Any]) -> Callable[[Any], tuple[Any, ...]]:
    """`itemgetter`, which gives no tuple where it is asked for one thing."""
    if len(keys) > 1:
        return itemgetter(*keys)
    return lambda things: tuple(things[key] for key in keys)
