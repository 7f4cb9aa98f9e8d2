"""A template, parsed into segments: fixed text, and what depends on a reader's values.

"Dear {{ name }}, {% if line %}…{% endif %}"
    →  ("Dear ", Variable("name"), ", ", Conditional("line", …))

Only what `compile_letter` writes is known here. For anything else, a loop above all, there is
Jinja: `NeedsJinja` says so.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from jinja2 import nodes

from emails.errors import RenderError
from emails.letter.rendering import FILTERS, Value, cleaned, html_escaped, parsed


class NeedsJinja(Exception):
    """The template does more than put values into gaps."""


@dataclass(frozen=True, slots=True)
class Variable:
    """`{{ name }}`"""

    name: str

    def text(self, values: Mapping[str, Value]) -> str:
        return str(value_of(self.name, values))


@dataclass(frozen=True, slots=True)
class Filtered:
    """`{% filter fill("", "") %}…{% endfilter %}`, and `{{ name|fill("", "") }}`"""

    segments: "tuple[Segment, ...]"
    by: str
    arguments: tuple[str, ...]

    def text(self, values: Mapping[str, Value]) -> str:
        return filtered(rendered(self.segments, values), self.by, self.arguments)


@dataclass(frozen=True, slots=True)
class Conditional:
    """`{% if name %}…{% else %}…{% endif %}`"""

    name: str
    yes: "tuple[Segment, ...]"
    no: "tuple[Segment, ...]"

    def branch(self, values: Mapping[str, Value]) -> "tuple[Segment, ...]":
        return self.yes if value_of(self.name, values) else self.no

    def text(self, values: Mapping[str, Value]) -> str:
        return rendered(self.branch(values), values)


Unconditional = str | Variable | Filtered
Segment = Unconditional | Conditional


@lru_cache(maxsize=128)  # three sources a letter, parsed again wherever it is prepared
def segments_of(source: str, html: bool = False) -> tuple[Segment, ...]:
    """Raises `NeedsJinja`, and `RenderError` for what is no template at all."""
    return _joined(_Reader(html).segments(parsed(source).body))


def conditions(segments: Iterable[Segment]) -> frozenset[str]:
    """The names that its conditions ask for."""
    found: set[str] = set()
    for segment in segments:
        if isinstance(segment, Conditional):
            found |= {segment.name, *conditions(segment.yes), *conditions(segment.no)}
    return frozenset(found)


def resolved(segments: Iterable[Segment], values: Mapping[str, Value]) -> tuple[Unconditional, ...]:
    """The segments with every condition decided. Raises `RenderError` where a value is missing."""
    return cast("tuple[Unconditional, ...]", _joined(_resolved(segments, values)))


def rendered(segments: Iterable[Segment], values: Mapping[str, Value]) -> str:
    """Plain text. Raises `RenderError` for a value that is not there."""
    return "".join(
        [segment if isinstance(segment, str) else segment.text(values) for segment in segments]
    )


def filtered(text: str, by: str, arguments: tuple[str, ...]) -> str:
    return FILTERS[by](text, *arguments)


def value_of(name: str, values: Mapping[str, Value]) -> Value:
    """Raises `RenderError` where there is none."""
    try:
        return cleaned(values[name])
    except KeyError:
        raise RenderError(f"the letter can't be filled in: {name!r} is undefined") from None


class _Reader:
    """Jinja's tree → segments. In HTML, nothing is filtered."""

    def __init__(self, html: bool) -> None:
        self._html = html

    def segments(self, tree: Iterable[nodes.Node]) -> Iterator[Segment]:
        for node in tree:
            match node:
                case nodes.Output(nodes=parts):
                    yield from map(self._part, parts)
                case nodes.If(test=nodes.Name(name=name), body=yes, elif_=[], else_=no):
                    yield Conditional(name, _joined(self.segments(yes)), _joined(self.segments(no)))
                case nodes.FilterBlock(body=body, filter=by):
                    yield self._filtered(_joined(self.segments(body)), by)
                case _:
                    raise NeedsJinja(type(node).__name__)

    def _part(self, node: nodes.Node) -> Segment:
        match node:
            case nodes.TemplateData(data=text):
                return text
            case nodes.Const(value=str(text)):
                return html_escaped(text) if self._html else text
            case nodes.Name(name=name) if name != "self":  # a word of Jinja's own
                return Variable(name)
            case nodes.Filter(node=nodes.Name(name=name)):
                return self._filtered((Variable(name),), node)
        raise NeedsJinja(type(node).__name__)

    def _filtered(self, segments: tuple[Segment, ...], by: nodes.Filter) -> Segment:
        """What is the same for everybody is filtered here and now."""
        if self._html or by.name not in FILTERS or by.kwargs or by.dyn_args or by.dyn_kwargs:
            raise NeedsJinja(by.name)
        arguments = tuple(_text(argument) for argument in by.args)
        segment = Filtered(segments, by.name, arguments)
        return segment.text({}) if all(isinstance(inner, str) for inner in segments) else segment


def _text(argument: nodes.Node) -> str:
    match argument:
        case nodes.Const(value=str(text)):
            return text
    raise NeedsJinja(type(argument).__name__)


def _joined(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """Fixed text beside fixed text is one segment."""
    joined: list[Segment] = []
    for segment in segments:
        if isinstance(segment, str) and joined and isinstance(joined[-1], str):
            joined[-1] += segment
        else:
            joined.append(segment)
    return tuple(joined)


def _resolved(segments: Iterable[Segment], values: Mapping[str, Value]) -> Iterator[Segment]:
    for segment in segments:
        if isinstance(segment, Conditional):
            yield from _resolved(segment.branch(values), values)
        else:
            yield segment
