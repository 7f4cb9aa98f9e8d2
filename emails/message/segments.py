"""A template, taken apart: the words that stand still, and the places for somebody's own.

"Dear {{ name }}, {% if line %}…{% endif %}" → ("Dear ", Named("name"), ", ", Choice("line", …))

Only what `compile_letter` writes is known here. For anything else, a loop above all, there is
Jinja: `NeedsJinja` says so.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from jinja2 import nodes

from emails.errors import RenderError
from emails.letter.rendering import FILTERS, Value, cleaned, parsed, screened


class NeedsJinja(Exception):
    """The template does more than putting values into places."""


@dataclass(frozen=True, slots=True)
class Named:
    """`{{ name }}`"""

    name: str

    def words(self, values: Mapping[str, Value]) -> str:
        return str(value_of(self.name, values))


@dataclass(frozen=True, slots=True)
class Filtered:
    """`{% filter fill("", "") %}…{% endfilter %}`, and `{{ name|fill("", "") }}`"""

    pieces: "tuple[Piece, ...]"
    by: str
    arguments: tuple[str, ...]

    def words(self, values: Mapping[str, Value]) -> str:
        return filtered(spoken(self.pieces, values), self.by, self.arguments)


@dataclass(frozen=True, slots=True)
class Choice:
    """`{% if name %}…{% else %}…{% endif %}`"""

    name: str
    yes: "tuple[Piece, ...]"
    no: "tuple[Piece, ...]"

    def taken(self, values: Mapping[str, Value]) -> "tuple[Piece, ...]":
        return self.yes if value_of(self.name, values) else self.no

    def words(self, values: Mapping[str, Value]) -> str:
        return spoken(self.taken(values), values)


Settled = str | Named | Filtered
Piece = Settled | Choice


def pieces_of(source: str, html: bool = False) -> tuple[Piece, ...]:
    """Raises `NeedsJinja`, and `RenderError` for what is no template at all."""
    return _joined(_Reader(html).pieces(parsed(source).body))


def choices(pieces: Iterable[Piece]) -> frozenset[str]:
    """The names on which it depends what is said at all."""
    found: set[str] = set()
    for piece in pieces:
        if isinstance(piece, Choice):
            found |= {piece.name, *choices(piece.yes), *choices(piece.no)}
    return frozenset(found)


def chosen(pieces: Iterable[Piece], values: Mapping[str, Value]) -> tuple[Settled, ...]:
    """The pieces without the choices. Raises `RenderError` for one that can't be made."""
    return cast("tuple[Settled, ...]", _joined(_chosen(pieces, values)))


def spoken(pieces: Iterable[Piece], values: Mapping[str, Value]) -> str:
    """Plain text. Raises `RenderError` for a value that is not there."""
    return "".join([piece if isinstance(piece, str) else piece.words(values) for piece in pieces])


def filtered(words: str, by: str, arguments: tuple[str, ...]) -> str:
    return FILTERS[by](words, *arguments)


def value_of(name: str, values: Mapping[str, Value]) -> Value:
    """Raises `RenderError` where there is none."""
    try:
        return cleaned(values[name])
    except KeyError:
        raise RenderError(f"the letter can't be filled in: {name!r} is undefined") from None


class _Reader:
    """Jinja's tree → pieces. In HTML, nothing is filtered."""

    def __init__(self, html: bool) -> None:
        self._html = html

    def pieces(self, tree: Iterable[nodes.Node]) -> Iterator[Piece]:
        for node in tree:
            match node:
                case nodes.Output(nodes=parts):
                    yield from map(self._part, parts)
                case nodes.If(test=nodes.Name(name=name), body=yes, elif_=[], else_=no):
                    yield Choice(name, _joined(self.pieces(yes)), _joined(self.pieces(no)))
                case nodes.FilterBlock(body=body, filter=by):
                    yield self._filtered(_joined(self.pieces(body)), by)
                case _:
                    raise NeedsJinja(type(node).__name__)

    def _part(self, node: nodes.Node) -> Piece:
        match node:
            case nodes.TemplateData(data=text):
                return text
            case nodes.Const(value=str(text)):
                return screened(text) if self._html else text
            case nodes.Name(name=name) if name != "self":  # a word of Jinja's own
                return Named(name)
            case nodes.Filter(node=nodes.Name(name=name)):
                return self._filtered((Named(name),), node)
        raise NeedsJinja(type(node).__name__)

    def _filtered(self, pieces: tuple[Piece, ...], by: nodes.Filter) -> Piece:
        """What is the same for everybody is filtered here and now."""
        if self._html or by.name not in FILTERS or by.kwargs or by.dyn_args or by.dyn_kwargs:
            raise NeedsJinja(by.name)
        arguments = tuple(_text(argument) for argument in by.args)
        piece = Filtered(pieces, by.name, arguments)
        return piece.words({}) if all(isinstance(inner, str) for inner in pieces) else piece


def _text(argument: nodes.Node) -> str:
    match argument:
        case nodes.Const(value=str(text)):
            return text
    raise NeedsJinja(type(argument).__name__)


def _joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Words beside words are one piece."""
    joined: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        else:
            joined.append(piece)
    return tuple(joined)


def _chosen(pieces: Iterable[Piece], values: Mapping[str, Value]) -> Iterator[Piece]:
    for piece in pieces:
        if isinstance(piece, Choice):
            yield from _chosen(piece.taken(values), values)
        else:
            yield piece
