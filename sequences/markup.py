"""What is wrong in one text: its placeholders, its blocks, its links and pictures."""

import re
from collections.abc import Collection, Iterator
from itertools import islice

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin

from sequences.blocks import (
    END_IT,
    IN_LANDING,
    IN_LESSON,
    IN_LETTER,
    IN_SAMPLER,
    blocks,
    stray_ends,
)
from sequences.findings import MOST_FINDINGS, Finding, did_you_mean
from sequences.pictures import no_picture, wrong_picture

DEEPEST_LEVEL = 6

# Characters of one text: a long lesson has 4,000, and no letter takes more.
LONGEST_TEXT = 40_000

# More than that is no text to be read, and Markdown would take long over it.
MOST_LINES, MOST_BRACKETS, MOST_COLUMNS = 2_000, 2_000, 20

# None of these looks far ahead, so that no text takes more than linear time.
BRACES = re.compile(r"\{\{(\{{0,3}[^{}]{0,80}\}{0,3})\}\}|\{%[^%{}]{0,80}%\}|\{#[^#{}]{0,80}#\}")
LONE_BRACES = re.compile(r"\{\{|\}\}|\{%|%\}|\{#")
SINGLE_BRACES = re.compile(r"(?<!\{)\{ ?([a-z_]{1,40}) ?\}(?!\})")
ANY_NAME = re.compile(r"\s*[A-Za-z_]+\s*")
NAME = re.compile(r"\s*[a-z_]+\s*")
SAFE_LINK = re.compile(r"https://|mailto:|tel:")

# Placeholders go through Markdown as words: in a link's address it takes no spaces.
PLACEHOLDER = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")
WORD = re.compile(r"zq([a-z-]+?)qz")

# Markdown leaves a link or a picture that it does not take, `javascript:` among them, as it is.
NO_LINK = re.compile(r"!?\[[^\[\]]{0,200}\]\([^()]{0,200}\)?")

# What a mail program makes a link of, although the author did not.
BARE_LINK = re.compile(r"\w://\S|\bwww\.\w", re.IGNORECASE)


def wrong_in(
    source: str, line: int, body: str, names: frozenset[str], known: Collection[str]
) -> Iterator[Finding]:
    """Findings in `body`, which begins on `line`. `names`: placeholders; `known`: blocks."""
    if too_much := _too_much(body):
        yield Finding(source, line, too_much, "Shorten or simplify it.")
        return
    yield from islice(wrong_braces(source, line, body, names), MOST_FINDINGS)
    yield from islice(_blocks(source, line, body, known), MOST_FINDINGS)
    # Once a line: a tag that is opened there is often closed there, too.
    yield from dict.fromkeys(islice(_markup(source, line, body), MOST_FINDINGS))


def wrong_with_key(source: str, line: int, body: str) -> Iterator[Finding]:
    """Links in a letter that carries a key: its button is the only one, or the key could leak."""
    if _too_much(body):
        return
    for at, token in _tokens(line, body):
        bare = token.type in {"text", "code_inline", "fence", "code_block"}
        if token.type == "link_open" or (bare and _shows_link(token.content)):
            message = "This letter carries a key, so it has no link but its button."
            yield Finding(source, at, message, "Take the address out, or say it in words.")


def pictures_in(line: int, body: str) -> Iterator[tuple[int, str]]:
    """The line that each picture of `body` stands on, and its address."""
    if _too_much(body):
        return
    for at, token in _tokens(line, body):
        if token.type == "image":
            yield at, str(token.attrGet("src"))


def wrong_braces(source: str, line: int, text: str, names: frozenset[str]) -> Iterator[Finding]:
    for found in BRACES.finditer(text):
        at = line + text.count("\n", 0, found.start())
        inside = found[1]
        if inside is None or not ANY_NAME.fullmatch(inside):
            remedy = "Only a name can stand in double braces, like {{ first_name }}."
            yield Finding(source, at, f"{found[0]} is more than a name.", remedy)
        elif (name := inside.strip()) not in names:
            known = f"Known here: {', '.join(sorted(names)) or 'none'}."
            remedy = did_you_mean(name.lower(), names, known)
            yield Finding(source, at, f"There is no placeholder {name} here.", remedy)
    rest = BRACES.sub(_line_ends, text)
    for single in SINGLE_BRACES.finditer(rest):
        if single[1] in names:
            message = f"{single[0]} has one brace on each side, and would be sent as it stands."
            at = line + rest.count("\n", 0, single.start())
            yield Finding(source, at, message, f"Write {{{{ {single[1]} }}}}.")
    for lone in LONE_BRACES.finditer(rest):
        yield Finding(
            source,
            line + rest.count("\n", 0, lone.start()),
            f"{lone[0]} stands alone.",
            "A placeholder begins with {{ and ends with }}, like {{ first_name }}.",
        )


def _parser() -> MarkdownIt:
    """As letters are read, but for HTML: here it is found, there it is text."""
    made = MarkdownIt("commonmark", {"html": True}).enable("table")
    for name in sorted({*IN_LESSON, *IN_LETTER, *IN_SAMPLER, *IN_LANDING}):
        made.use(container_plugin, name)
    return made


_markdown = _parser()


def _too_much(body: str) -> str | None:
    lines = body.splitlines()
    for what, number, most in (
        ("characters", len(body), LONGEST_TEXT),
        ("lines", len(lines), MOST_LINES),
        ("square brackets", body.count("["), MOST_BRACKETS),
        ("bars in a line", max((text.count("|") for text in lines), default=0), MOST_COLUMNS + 1),
    ):
        if number > most:
            return f"The text has {number:,} {what}, and {most:,} are the most."
    return None


def _shows_link(text: str) -> bool:
    named = any(found[1].endswith("-url") for found in WORD.finditer(text))
    return named or BARE_LINK.search(text) is not None


def _line_ends(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


def _blocks(source: str, line: int, body: str, known: Collection[str]) -> Iterator[Finding]:
    open_ones = 0
    for block in blocks(body):
        open_ones += block.last is None
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
    # One inside another: what ends the outer one is left over.
    for number in stray_ends(body)[open_ones:]:
        remedy = "Take the line out, or write what begins above it, like ::: try."
        yield Finding(source, line + number, "A block ends that never began.", remedy)


def _markup(source: str, line: int, body: str) -> Iterator[Finding]:
    said = any(LONE_BRACES.finditer(BRACES.sub("", body))) or any(_more_than_names(body))
    depth = 0
    for at, token in _tokens(line, body):
        depth += token.nesting if token.type.startswith(("blockquote", "list_item")) else 0
        if depth > DEEPEST_LEVEL:
            yield Finding(
                source,
                at,
                "Lists and quotations stand too deep inside each other.",
                f"{DEEPEST_LEVEL} levels are the most that mail programs show well.",
            )
            return
        yield from _token(source, at, token)
        if not said and _hides_braces(token):
            message = "There are double braces here, in another spelling."
            yield Finding(source, at, message, "Only placeholders have double braces.")


def _tokens(line: int, body: str) -> Iterator[tuple[int, Token]]:
    """Each with its line, as the text is written in a file where it begins on `line`."""
    at = line
    for token in _markdown.parse(PLACEHOLDER.sub(_as_word, body)):
        at = line + token.map[0] if token.map else at
        yield at, token
        row = at
        for child in token.children or ():
            row += child.type in {"softbreak", "hardbreak"}
            yield row, child


def _as_word(found: re.Match[str]) -> str:
    """On as many lines as it was, and without what is markup to Markdown."""
    return f"zq{found[1].replace('_', '-')}qz" + _line_ends(found)


def _more_than_names(body: str) -> Iterator[re.Match[str]]:
    return (found for found in BRACES.finditer(body) if not NAME.fullmatch(found[1] or ""))


def _hides_braces(token: Token) -> bool:
    if token.type == "inline":
        return False
    values = (token.content, token.info, *map(str, token.attrs.values()))
    return any(LONE_BRACES.search(value) for value in values)


def _token(source: str, at: int, token: Token) -> Iterator[Finding]:
    if token.type in {"html_inline", "html_block"}:
        yield _html(source, at, token.content)
    elif token.type == "image":
        yield from wrong_picture(source, at, token)
    elif token.type == "link_open":
        yield from _link(source, at, str(token.attrGet("href")))
    elif token.type == "text" and (found := NO_LINK.search(token.content)):
        wrong = no_picture if found[0].startswith("!") else _no_link
        yield wrong(source, at, found[0])


def _no_link(source: str, at: int, words: str) -> Finding:
    remedy = "Write it as [words](https://…), without spaces in the address."
    return Finding(source, at, f"{words} is no link.", remedy)


def _link(source: str, at: int, href: str) -> Iterator[Finding]:
    if found := WORD.search(href):
        if found[0] != href or not found[1].endswith("-url"):
            message = "A link leads to one placeholder that ends in _url, or has none in it."
            remedy = "Write {{ journal_url }} and nothing else, or the whole address."
            yield Finding(source, at, message, remedy)
    elif not SAFE_LINK.match(href):
        remedy = "Write the whole address, beginning with https://."
        if href.startswith("http://"):
            remedy = f"Write https://{href.removeprefix('http://')}, if the site answers there too."
        yield Finding(source, at, f"The link {href} does not begin with https://.", remedy)


def _html(source: str, at: int, tags: str) -> Finding:
    if tags.lstrip().startswith("<!--"):
        message = "There is a comment in the text, and readers would see it."
        remedy = "Take it out. Notes to yourself stand in sequence.toml, behind a number sign."
        return Finding(source, at, message, remedy)
    return Finding(
        source, at, "There is HTML in the text.", "Letters are plain Markdown. Take the tags out."
    )
