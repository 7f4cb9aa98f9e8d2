"""What an author should mend before publishing: errors, and warnings worth a thought."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

from sequences.blocks import BLOCKS, blocks
from sequences.findings import Finding, did_you_mean
from sequences.sequence import Lesson, LetterText, Sequence

LONGEST_SUBJECT = 50
SHORTEST_BODY, LONGEST_BODY = 250, 450
DEEPEST = 6

Known = Mapping[str, frozenset[str]]

BRACES = re.compile(r"\{\{(.*?)\}\}|\{%.*?%\}", re.DOTALL)
NAME = re.compile(r"\s*[a-z_]+\s*")
SAFE_LINK = re.compile(r"https://|mailto:|#|%7B%7B|\{\{")
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")

# Placeholders have spaces in them, which Markdown does not take in the address of a link.
LINK_NAME = re.compile(r"\(\s*\{\{\s*([a-z_]+)\s*\}\}\s*\)")

_markdown = MarkdownIt("commonmark", {"html": True})


def lint(sequence: Sequence, placeholders: Known) -> list[Finding]:
    """All findings, in the order of the course.

    `placeholders`: what may be used, by letter's id; "lesson" is for every lesson, "*" for all.
    """
    findings: list[Finding] = []
    for lesson in sequence.lessons:
        findings += [*_letter(lesson, _allowed(placeholders, "lesson")), *_lesson(lesson)]
    for letter in sequence.letters:
        if letter.id not in placeholders:
            findings.append(_no_such_letter(letter, placeholders))
        allowed = _allowed(placeholders, letter.id)
        findings += [*_letter(letter, allowed), *_button(letter, allowed)]
    if sequence.sampler is not None:
        sampler = sequence.sampler
        findings += _body(sampler.source, sampler.line, sampler.body, frozenset())
    findings += _body("landing.md", 1, sequence.landing.body, frozenset())
    return findings


def _letter(letter: Lesson | LetterText, allowed: frozenset[str]) -> Iterator[Finding]:
    yield from _body(letter.source, letter.line, letter.body, allowed)
    for text in (letter.subject, letter.preview, letter.title):
        yield from (replace(f, line=1) for f in _braces(letter.source, 1, text, allowed))
    if len(letter.subject) > LONGEST_SUBJECT:
        yield Finding(
            letter.source,
            1,
            f"The subject has {len(letter.subject)} characters; phones show about "
            f"{LONGEST_SUBJECT}.",
            "Shorten it.",
        )
    if not WORD.search(letter.body):
        yield Finding(letter.source, letter.line, "The letter is empty.", "Write something.")


def _lesson(lesson: Lesson) -> Iterator[Finding]:
    found = {block.name for block in blocks(lesson.body)}
    if lesson.prompt is None or not lesson.prompt.text:
        yield Finding(
            lesson.source,
            lesson.line,
            "There is no prompt, so the page to write on can't be reached.",
            "Write ::: prompt, the question, and ::: at the end.",
        )
    for name in ("insight", "try"):
        if name not in found:
            yield Finding(
                lesson.source,
                lesson.line,
                f"There is no {name} in this lesson.",
                f"Write ::: {name}, a few lines, and :::, if it should have one.",
                "warning",
            )
    words = len(WORD.findall(lesson.body))
    if not SHORTEST_BODY <= words <= LONGEST_BODY:
        yield Finding(
            lesson.source,
            lesson.line,
            f"The lesson has {words} words.",
            f"{SHORTEST_BODY} to {LONGEST_BODY} read well in an evening.",
            "warning",
        )


def _button(letter: LetterText, allowed: frozenset[str]) -> Iterator[Finding]:
    if bool(letter.button) != bool(letter.link):
        yield Finding(
            letter.source,
            1,
            "A button needs both button and link.",
            "Write both labels, or neither.",
        )
    elif letter.link and letter.link not in allowed:
        links = sorted(name for name in allowed if name.endswith("_url"))
        yield Finding(
            letter.source,
            1,
            f"The button leads to {letter.link}, which is no link.",
            did_you_mean(letter.link, links, f"Links are {', '.join(links)}."),
        )


def _body(source: str, line: int, body: str, allowed: frozenset[str]) -> Iterator[Finding]:
    yield from _braces(source, line, body, allowed)
    for block in blocks(body):
        if block.name not in BLOCKS:
            yield Finding(
                source,
                line + block.first,
                f"There is no block called {block.name}.",
                did_you_mean(block.name, BLOCKS, f"Blocks are {', '.join(BLOCKS)}."),
            )
        elif block.last is None:
            yield Finding(
                source,
                line + block.first,
                f"The block {block.name} does not end.",
                "Write ::: on a line of its own where it ends.",
            )
    yield from _markup(source, line, body)


def _braces(source: str, line: int, text: str, allowed: frozenset[str]) -> Iterator[Finding]:
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
        elif inside.strip() not in allowed:
            remedy = f"Known here: {', '.join(sorted(allowed)) or 'none'}."
            yield Finding(
                source,
                at,
                f"There is no placeholder {inside.strip()} here.",
                did_you_mean(inside.strip(), allowed, remedy),
            )


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
        for child in token.children or ():
            yield from _inline(source, at, child)


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


def _no_such_letter(letter: LetterText, placeholders: Known) -> Finding:
    names = sorted(set(placeholders) - {"*", "lesson"})
    return Finding(
        letter.source,
        1,
        f"The engine never sends a letter called {letter.id}.",
        did_you_mean(letter.id, names, f"Letters are {', '.join(names)}."),
    )


def _allowed(placeholders: Known, key: str) -> frozenset[str]:
    return placeholders.get("*", frozenset()) | placeholders.get(key, frozenset())
