"""What is wrong in one text: its placeholders, its blocks, its links and pictures."""

import re
from collections.abc import Collection, Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from sequences.blocks import END_IT, blocks, stray_ends
from sequences.findings import Finding, did_you_mean

DEEPEST = 6

BRACES = re.compile(r"\{\{(.*?)\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
LONE_BRACES = re.compile(r"\{\{|\}\}|\{%|%\}|\{#")
NAME = re.compile(r"\s*[a-z_]+\s*")
SAFE_LINK = re.compile(r"https://|mailto:")

# Placeholders have spaces in them, which Markdown does not take in the address of a link.
LINK_NAME = re.compile(r"\(\s*\{\{\s*([a-z_]+)\s*\}\}\s*\)")

# Markdown leaves a link that it does not take, `javascript:` among them, as the text it is.
NO_LINK = re.compile(r"\[[^\]]*\]\([^)]*\)?")

_markdown = MarkdownIt("commonmark", {"html": True})


def wrong_in(
    source: str, line: int, body: str, names: frozenset[str], known: Collection[str]
) -> Iterator[Finding]:
    """Findings in `body`, which begins on `line`. `names`: placeholders; `known`: blocks."""
    yield from wrong_braces(source, line, body, names)
    yield from _blocks(source, line, body, known)
    yield from _markup(source, line, body)


def wrong_braces(source: str, line: int, text: str, names: frozenset[str]) -> Iterator[Finding]:
    for found in BRACES.finditer(text):
        at = line + text.count("\n", 0, found.start())
        inside = found[1]
        if inside is None or not NAME.fullmatch(inside):
            yield Finding(
                source,
                at,
                f"{found[0]} is more than a name.",
                "Only a name can stand in double braces, like {{ first_name }}.",
            )
        elif inside.strip() not in names:
            remedy = f"Known here: {', '.join(sorted(names)) or 'none'}."
            yield Finding(
                source,
                at,
                f"There is no placeholder {inside.strip()} here.",
                did_you_mean(inside.strip(), names, remedy),
            )
    rest = BRACES.sub(_line_ends, text)
    for lone in LONE_BRACES.finditer(rest):
        yield Finding(
            source,
            line + rest.count("\n", 0, lone.start()),
            f"{lone[0]} stands alone.",
            "A placeholder begins with {{ and ends with }}, like {{ first_name }}.",
        )


def _line_ends(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


def _blocks(source: str, line: int, body: str, known: Collection[str]) -> Iterator[Finding]:
    for block in blocks(body):
        if block.name not in known:
            yield Finding(
                source,
                line + block.first,
                f"There is no block called {block.name} here.",
                did_you_mean(block.name, known, f"Blocks are {', '.join(known)}."),
            )
        elif block.last is None:
            yield Finding(
                source,
                line + block.first,
                f"The block {block.name} does not end.",
                END_IT,
            )
    for number in stray_ends(body):
        remedy = "Take the line out, or write what begins above it, like ::: try."
        yield Finding(source, line + number, "A block ends that never began.", remedy)


def _markup(source: str, line: int, body: str) -> Iterator[Finding]:
    at, depth = line, 0
    for token in _markdown.parse(LINK_NAME.sub(r"(https://placeholder/\1)", body)):
        depth += token.nesting if token.type.startswith(("blockquote", "list_item")) else 0
        at = line + token.map[0] if token.map else at
        if depth > DEEPEST:
            yield Finding(
                source,
                at,
                "Lists and quotations stand too deep inside each other.",
                f"{DEEPEST} levels are the most that mail programs show well.",
            )
            return
        if token.type == "html_block":
            yield _html(source, at)
        row = at
        for child in token.children or ():
            row += child.type in {"softbreak", "hardbreak"}
            yield from _inline(source, row, child)


def _inline(source: str, at: int, token: Token) -> Iterator[Finding]:
    if token.type == "html_inline":
        yield _html(source, at)
    elif token.type == "image":
        yield from _image(source, at, token)
    elif token.type == "link_open" and not SAFE_LINK.match(str(token.attrGet("href"))):
        yield Finding(
            source,
            at,
            f"The link {token.attrGet('href')} does not begin with https://.",
            "Write the whole address, beginning with https://.",
        )
    elif token.type == "text" and (found := NO_LINK.search(token.content)):
        remedy = "Write it as [words](https://…), without spaces in the address."
        yield Finding(source, at, f"{found[0]} is no link.", remedy)


def _image(source: str, at: int, token: Token) -> Iterator[Finding]:
    if not token.content.strip():
        yield Finding(
            source,
            at,
            "The picture has no description.",
            "Say in the square brackets what it shows: ![A kitchen table](…).",
        )
    if re.match(r"(https?:)?//", str(token.attrGet("src"))):
        yield Finding(
            source,
            at,
            "The picture would be loaded from elsewhere.",
            "Letters load nothing from elsewhere. Say it in words.",
        )


def _html(source: str, at: int) -> Finding:
    return Finding(
        source, at, "There is HTML in the text.", "Letters are plain Markdown. Take the tags out."
    )
