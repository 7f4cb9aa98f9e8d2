"""A letter's templates with one person's values.

The templates were made by us from an author's Markdown; the values may be anybody's. They are
plain (text, numbers, lists of texts), so there is no object to climb; the sandbox is a second line
of defence.
"""

from binascii import b2a_qp
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import StrictUndefined, TemplateError, meta, nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.nodes import Template as Tree
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from emails import lines
from emails.errors import RenderError

LONGEST_SUBJECT = 150

# What a letter gives back of its reader's own words, in bytes as they will be encoded. The rest
# is in the journal: a letter that the mail program clips is worth less than a shorter one.
OWN_WORDS = 15_000

ROOM = "own_words_room"  # a value: as many bytes, where there is less room

Value = str | int | list[dict[str, str]]

# What a letter's template is made of: neither arithmetic nor calls, whoever wrote it.
IN_LETTERS = {
    nodes.Output,
    nodes.TemplateData,
    nodes.Const,
    nodes.Name,
    nodes.Getattr,
    nodes.If,
    nodes.Compare,
    nodes.Operand,
    nodes.For,
    nodes.Filter,
    nodes.FilterBlock,
    nodes.Assign,
}

# Embeddings, overrides and isolates turn the rest of a line around, ours included.
_TURNS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_CONTROLS = dict.fromkeys([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0)])
_UNSAFE = {**_TURNS, **_CONTROLS}


@dataclass(frozen=True, slots=True)
class CompiledLetter:
    """A compiled letter: three Jinja templates, ready to be stored in three columns of text."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """What one person gets. `subject` is a single line."""

    subject: str
    html: str
    text: str


def render(letter: CompiledLetter, values: Mapping[str, Value]) -> Rendered:
    """Raises `RenderError` for a placeholder without a value, and for what is no template."""
    plain = {name: cleaned(value) for name, value in values.items()}
    try:
        subject = _template(_PLAIN, letter.subject).render(plain)
        html = _template(_HTML, letter.html).render(plain)
        text = _template(_PLAIN, letter.text).render(plain)
    except TemplateError as error:
        raise RenderError(f"the letter can't be filled in: {error}") from error
    return Rendered(single_line(subject), html, text)


def cleaned(value: Value) -> Value:
    """A value as every template gets it: nothing in it that a reader can't see."""
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, int):
        return value
    return [{name: _clean(text) for name, text in quote.items()} for quote in value]


def is_clean(text: str) -> bool:
    """Whether it is one line of what can be seen, and of the spaces in dates."""
    # Controls and turns are not printable, and neither is that space.
    return text.isprintable() or text.replace("\N{NO-BREAK SPACE}", "").isprintable()


def html_escaped(value: Value) -> str:
    """A cleaned value, escaped for HTML; its line breaks become `<br>`."""
    return str(escape(_with_breaks(value)))


def single_line(text: str) -> str:
    """A subject, at most 150 characters long."""
    line = lines.spaced(text)
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1].rstrip() + "…"


def parsed(source: str) -> Tree:
    """Raises `RenderError` for what is not a template, or more of one than any letter's."""
    try:
        tree = _PLAIN.parse(source)
        found = list(tree.find_all(nodes.Node))
    except (TemplateError, RecursionError, ValueError) as error:  # a number of 5,000 digits
        raise RenderError(f"not a template: {error}") from error
    loops = [node for node in found if isinstance(node, nodes.For)]
    if not {type(node) for node in found} <= IN_LETTERS or not _are_short(loops):
        raise RenderError("a letter's template puts values into places, and does nothing else")
    return tree


@lru_cache(maxsize=128)  # a letter is prepared again for each kind, page and preview
def placeholders(letter: CompiledLetter) -> frozenset[str]:
    """The names of all values that the letter asks for."""
    trees = (parsed(source) for source in (letter.subject, letter.html, letter.text))
    return frozenset().union(*(meta.find_undeclared_variables(tree) for tree in trees))


def fill(text: str, first: str = "", rest: str = "", direction: str = "ltr") -> str:
    """Wrapped to 72 columns; line breaks stay, and no word or URL is broken."""
    found: list[str] = []
    for line in text.strip().split("\n"):
        indent = rest if found else first
        found += lines.wrapped(line, indent, rest) or [indent.rstrip()]
    return _joined(found, direction)


def headed(
    text: str, underline: str, first: str = "", rest: str = "", direction: str = "ltr"
) -> str:
    """A heading with a line under it, as long as it is itself."""
    found = lines.wrapped(text, first, rest) or [first.rstrip()]
    under = rest + underline * (max(map(lines.width, found)) - len(rest))
    return _joined([*found, under], direction)


def columns(cells: str, first: str, rest: str, sides: str, direction: str = "ltr") -> str:
    """A table: see `lines.table`."""
    return _joined(lines.table(cells, first, rest, sides), direction)


@pass_context
def fitting(context: Context, quotes: list[dict[str, str]]) -> list[dict[str, str]]:
    """As many of the reader's own words as a letter can hold, from the first on."""
    room, kept = context.get(ROOM, OWN_WORDS), []
    for quote in quotes:
        room -= sum(map(_encoded_size, quote.values())) + 200
        if room < 0:
            break
        kept.append(quote)
    return kept


def _joined(found: list[str], direction: str) -> str:
    if direction == "rtl":
        found = [lines.from_the_right(line) for line in found]
    return "\n".join(found)


def _encoded_size(text: str) -> int:
    """As HTML in quoted-printable, where a byte beyond ASCII takes three."""
    return len(b2a_qp(escape(text).encode()))


def _clean(text: str) -> str:
    """Nothing that a reader can't see, but the line breaks and the spaces; never markup."""
    if type(text) is str and is_clean(text):
        return text
    one_kind = str(text).replace("\r\n", "\n").replace("\r", "\n")
    return one_kind.encode("utf-8", "replace").decode().translate(_UNSAFE)


def _with_breaks(value: object) -> object:
    """Line breaks in a value are line breaks on the screen."""
    if isinstance(value, str) and "\n" in value:
        return escape(value).replace("\n", Markup("<br>"))
    return value


# What a template may do with a text besides saying it.
FILTERS: dict[str, Callable[..., str]] = {"fill": fill, "headed": headed, "columns": columns}


def _are_short(loops: list[nodes.For]) -> bool:
    """One, over what a reader wrote."""
    return len(loops) <= 1 and not any(isinstance(loop.iter, nodes.Const) for loop in loops)


class _Sandbox(SandboxedEnvironment):
    """No operator: `'x' * 10 ** 9` and `'%9999999s' % x` would fill the memory."""

    intercepted_binops = frozenset(SandboxedEnvironment.default_binop_table)

    def call_binop(self, _context: object, operator: str, _left: object, _right: object) -> object:
        raise SecurityError(f"a letter can't calculate with {operator}")


def _environment(html: bool) -> SandboxedEnvironment:
    environment = _Sandbox(
        autoescape=html,
        undefined=StrictUndefined,
        finalize=_with_breaks if html else None,
        keep_trailing_newline=True,
        cache_size=0,
    )
    environment.globals.clear()
    environment.filters = {**FILTERS, "fitting": fitting, "length": len}
    return environment


_HTML, _PLAIN = _environment(html=True), _environment(html=False)


@lru_cache(maxsize=512)
def _template(environment: SandboxedEnvironment, source: str):  # type: ignore[no-untyped-def]
    parsed(source)
    return environment.from_string(source)
