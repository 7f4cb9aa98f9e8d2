"""A letter under one outcome of its conditions, in quoted-printable but for the gaps.

    fixed bytes │ gap │ fixed bytes │ gap │ fixed bytes

Each segment begins on a line of its own and ends where a soft break can follow, so what goes into
a gap changes nothing around it. What stands in several gaps is encoded once for each reader.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from emails.errors import RenderError
from emails.letter.rendering import Value, html_escaped, is_clean
from emails.lines import WIDTH, is_even
from emails.message.segments import Filtered, Unconditional, Variable, filtered, rendered, value_of
from emails.quoted_printable import SOFT_BREAK, quoted

Values = Mapping[str, Value]

# A line break, and a value that is the same in HTML, in text and filled, and that is the same
# in quoted-printable as well: printable ASCII without & < > " ' and =, and no full line of it.
# (Two spaces beside each other are looked for apart.) Only the space in a date is encoded.
_are_plain_lines = re.compile(r"(?:\n(?![ .\xa0])[ !#-%(-;?-~\xa0]{0,72}+(?<![ \xa0]))*").fullmatch

# The same in HTML, in text and, if a line is long enough for it, filled.
_is_single_spaced = re.compile(r"(?! )[^ &<>\"']*+(?: [^ &<>\"']++)*+").fullmatch


@dataclass(frozen=True, slots=True)
class Gap:
    """Where a reader's own value, or a text with it in, is put."""

    segment: Variable | Filtered
    html: bool

    @property
    def name(self) -> str | None:
        """The placeholder whose value stands here as it is, if the value is simple."""
        match self.segment:
            case Variable(name) | Filtered((Variable(name),), "fill", ("", "")):
                return name
        return None

    def encoded(self, values: Values) -> bytes:
        segment = self.segment
        if isinstance(segment, Filtered):
            return _filtered(rendered(segment.segments, values), segment.by, segment.arguments)
        value = value_of(segment.name, values)
        return quoted(html_escaped(value) if self.html else str(value))


EncodedSegment = bytes | Gap


class EncodedVariant:
    """Fixed bytes and gaps in their order, sorted once: little is left to do for each reader."""

    def __init__(self, chunks: Iterable[EncodedSegment]) -> None:
        merged = list(_merged(chunks))
        fixed = [chunk for chunk in merged if isinstance(chunk, bytes)]
        gaps = [chunk for chunk in dict.fromkeys(merged) if isinstance(chunk, Gap)]
        self._fixed = tuple(fixed)
        self._gaps = [(gap.name, gap.encoded) for gap in gaps]
        self._names = list(dict.fromkeys(gap.name for gap in gaps if gap.name is not None))
        self._values_of = _getter(self._names)
        self._in_order = _getter([[*fixed, *gaps].index(chunk) for chunk in merged])

    def chunks(self, values: Values) -> tuple[bytes, ...]:
        """Raises `RenderError` for a value that is not there."""
        simple = self._simple(values)
        own = [simple[name] if name in simple else encode(values) for name, encode in self._gaps]
        return self._in_order((*self._fixed, *own))

    def _simple(self, values: Values) -> dict[str | None, bytes]:
        """The values, encoded, that are the same wherever they stand: most often, all of them."""
        try:
            own = self._values_of(values)
        except KeyError as missing:
            raise RenderError(f"the letter can't be filled in: {missing} is undefined") from None
        if (lines := _plain_lines(own)) is not None:
            return dict(zip(self._names, lines, strict=True))
        return _mostly_plain(self._names, own)


def encoded_segments(segments: Iterable[Unconditional], html: bool) -> Iterator[EncodedSegment]:
    """Fixed text is encoded, all else is a gap, each on lines of its own."""
    begun = False
    for segment in segments:
        if begun and not (isinstance(segment, str) and segment.startswith("\n")):
            yield SOFT_BREAK
        yield quoted(segment) if isinstance(segment, str) else Gap(segment, html)
        begun = not (isinstance(segment, str) and segment.endswith("\n"))


def _plain_lines(values: Sequence[Value]) -> list[bytes] | None:
    """All at once: one look at a few hundred characters instead of a look at each value."""
    try:
        text = "\n".join(("", *values))  # type: ignore[arg-type]
    except TypeError:  # a number
        return None
    if "  " in text or not _are_plain_lines(text):
        return None
    lines = text.encode().split(b"\n")[1:]
    if not text.isascii():
        lines = [line if line.isascii() else _quoted(line.decode()) for line in lines]
    return lines if len(lines) == len(values) else None


_quoted = lru_cache(maxsize=4096)(quoted)  # many readers share a date


def _mostly_plain(names: Iterable[str | None], own: Iterable[Value]) -> dict[str | None, bytes]:
    """Those that are simple. Links are each reader's own and ASCII; a date, many readers share."""
    simple: dict[str | None, bytes] = {}
    plain: dict[str | None, Value] = {}
    for name, value in zip(names, own, strict=True):
        if not isinstance(value, str) or value.isascii():
            plain[name] = value
        elif (encoded := _shared(value)) is not None:
            simple[name] = encoded
    if (lines := _plain_lines(list(plain.values()))) is not None:
        simple.update(zip(plain, lines, strict=True))
        return simple
    return simple | {name: quoted(str(it)) for name, it in plain.items() if _is_simple(it)}


@lru_cache(maxsize=4096)
def _shared(value: str) -> bytes | None:
    return quoted(value) if _is_simple(value) else None


def _is_simple(value: Value) -> bool:
    return (
        isinstance(value, str)
        and is_clean(value)  # so that nothing is cleaned away
        and value == value.strip()
        and (len(value) <= WIDTH or " " not in value)
        and is_even(value)
        and _is_single_spaced(value) is not None
    )


# Whole cohorts get the same line, or the same prompt.
@lru_cache(maxsize=512)
def _filtered(text: str, by: str, arguments: tuple[str, ...]) -> bytes:
    return quoted(filtered(text, by, arguments))


def _merged(chunks: Iterable[EncodedSegment]) -> Iterator[EncodedSegment]:
    """Bytes beside bytes are one chunk."""
    for kind, run in groupby(chunks, type):
        if kind is bytes:
            yield b"".join(run)  # type: ignore[arg-type]
        else:
            yield from run


def _getter(keys: Sequence[Any]) -> Callable[[Any], tuple[Any, ...]]:
    """`itemgetter`, which gives no tuple where it is asked for one thing."""
    if len(keys) > 1:
        return itemgetter(*keys)
    return lambda things: tuple(things[key] for key in keys)
