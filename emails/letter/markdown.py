"""The one Markdown that letters and pages are written in.

CommonMark with tables, no raw HTML, and blocks that begin with `::: name` and end with `:::`.
In a quotation a line that ends in the file ends for the reader, too: verse stays verse.
Placeholders, `{{ name }}`, go through the parser as plain words (`Sentinels`), so neither Markdown
nor MJML sees the braces.
"""

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.container import container_plugin

from emails.errors import RenderError
from emails.letter.quotes import quotes_of

BLOCKS = ("insight", "try", "prompt", "own-words", "lines", "sheet")

LONGEST_TEXT = 40_000  # characters; a long lesson has 4,000
MOST_TOKENS = 20_000  # paragraphs, items and cells, each counted where it begins and where it ends
DEEPEST_LEVEL = 12  # Markdown's own levels: a paragraph in a list in a list has 5

PLACEHOLDER = re.compile(r"\{\{\s*([a-z][a-z0-9_]*)\s*\}\}")


class Sentinels:
    """Words that stand in for placeholders and finished HTML until a letter is compiled.

    They are letters and digits, so they pass untouched through Markdown, URLs and MJML. They
    depend on the text alone: the same text compiles to the same bytes.
    """

    def __init__(self, text: str) -> None:
        # So long that nobody finds a text that holds its own.
        self._salt = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]
        self._hidden: list[str] = []
        self._word = re.compile(rf"zq(\d+)x{self._salt}qz")

    def hide(self, text: str, strict: bool = True) -> str:
        """`text` with a sentinel for each placeholder. If `strict`, no expression may be left."""
        hidden = PLACEHOLDER.sub(lambda found: self.protect(f"{{{{ {found[1]} }}}}"), text)
        if strict and (stray := _expression(hidden)):
            raise RenderError(f"only a bare name can stand in braces, not {stray}")
        return hidden

    def line(self, text: str) -> str:
        """A line of text as a template: its placeholders, and any other brace as it stands."""
        return self.hide(text, strict=False).replace("{", self.protect("{{ '{' }}"))

    def protect(self, meaning: str) -> str:
        """A sentinel for `meaning`, which may have sentinels in it as well."""
        self._hidden.append(meaning)
        return f"zq{len(self._hidden) - 1}x{self._salt}qz"

    def restore(self, text: str) -> str:
        while self._word.search(text):
            text = self._word.sub(lambda found: self._hidden[int(found[1])], text)
        return text

    def inside(self, text: str, form: str) -> str:
        """`text` with each sentinel wrapped: it takes the place of `{}` in `form`."""
        return self._word.sub(lambda found: form.format(found[0]), text)

    def within(self, text: str) -> bool:
        return self._word.search(text) is not None

    def parts(self, text: str) -> list[str]:
        """`text` split at its placeholders: text, name, text, name … text."""
        taken = self._word.split(text)
        taken[1::2] = [self.name(f"zq{number}x{self._salt}qz") or "" for number in taken[1::2]]
        return taken

    def name(self, text: str) -> str | None:
        """The placeholder that `text` is the sentinel of, if it is nothing besides."""
        found = self._word.fullmatch(text)
        bare = PLACEHOLDER.fullmatch(self._hidden[int(found[1])]) if found else None
        return bare[1] if bare else None


@cache
def parser_of(language: str) -> MarkdownIt:
    """It makes the language's own quotation marks of straight ones."""
    options: dict[str, Any] = {"html": False, "typographer": True, "maxNesting": DEEPEST_LEVEL + 3}
    options["quotes"] = quotes_of(language)
    made = MarkdownIt("commonmark", options).enable(["table", "smartquotes"])
    for name in BLOCKS:
        made.use(container_plugin, name)
    return made.use(with_verse)


def with_verse(parser: MarkdownIt) -> None:
    """The line breaks of quotations are kept."""
    parser.core.ruler.push("verse", _verse)


def parse(text: str, language: str = "en") -> SyntaxTreeNode:
    """The tree of a Markdown text. Raises `RenderError` where it is too long or too deep."""
    if len(text) > LONGEST_TEXT:
        raise RenderError(f"the text has {len(text)} characters, and {LONGEST_TEXT} is the most")
    tokens = parser_of(language).parse(text)
    if any(token.level > DEEPEST_LEVEL for token in tokens):
        raise RenderError("lists or quotations stand too deep inside each other")
    if any(len(token.children or ()) > LONGEST_TEXT // 10 for token in tokens):
        raise RenderError("a paragraph has too many parts")
    if len(tokens) > MOST_TOKENS:
        raise RenderError(f"the text has {len(tokens):,} parts, and {MOST_TOKENS:,} are the most")
    return SyntaxTreeNode(tokens)


def block_name(node: SyntaxTreeNode) -> str | None:
    """`insight` for a `::: insight` block, None for anything else."""
    prefix, _, name = node.type.partition("_")
    return name if prefix == "container" else None


def line_of(node: SyntaxTreeNode) -> int:
    """The line it begins on, counted from 1 in the text that was parsed."""
    return node.map[0] + 1 if node.map else 1


def refuse_unknown_blocks(tree: SyntaxTreeNode) -> None:
    """`::: insigth` would be printed as it stands; and blocks do not stand in each other."""
    for node in _all(tree):
        if node.type == "paragraph" and (found := re.match(r":::+\s*(\S*)", _words(node))):
            raise RenderError(f"line {line_of(node)}: there is no block called {found[1]!r}")
        if block_name(node) and node.parent is not tree:
            raise RenderError(f"line {line_of(node)}: a ::: block can't stand inside another block")


def _verse(state: StateCore) -> None:
    depth = 0
    for token in state.tokens:
        depth += token.nesting if token.type.startswith("blockquote") else 0
        for child in token.children or () if depth else ():
            if child.type == "softbreak":
                child.type = "hardbreak"


def _expression(text: str) -> str | None:
    """The beginning of what would be more to Jinja than words."""
    for opens, ends in (("{{", "}}"), ("{%", "%}")):
        start = text.find(opens)
        if start >= 0 and text.find(ends, start + 2) >= 0:
            return text[start : start + 40]
    return None


def _words(node: SyntaxTreeNode) -> str:
    return node.children[0].content if node.children else ""


def _all(node: SyntaxTreeNode) -> Iterator[SyntaxTreeNode]:
    for child in node.children:
        yield child
        yield from _all(child)
