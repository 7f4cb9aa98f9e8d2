"""The sampler as a PDF to print: Markdown in, pages out, of the paper that its readers have.

The Markdown becomes a tree of plain values, and the Typst template draws the
tree. Words reach Typst only as data, never as markup, so nothing an author
types can be taken for a command.
"""

import json
import re
from collections.abc import Callable, Mapping
from itertools import takewhile
from pathlib import Path
from typing import Literal

import typst
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.container import container_plugin

from course.authoring.fonts import lacking
from course.authoring.pictures import Encoded
from course.authoring.sampler_pictures import NO_PICTURES, printed
from course.i18n.paper import paper_of
from emails.letter.compiling import Theme
from emails.letter.html_prose import side_of
from emails.letter.markdown import with_verse
from emails.letter.phrases import ENGLISH, Phrases, filled
from emails.letter.pictures import alt_of
from sequences.identity import Care
from sequences.sequence import Brand, Sampler

Node = dict[str, object]

TEMPLATE = Path(__file__).parents[1] / "templates" / "sampler.typ"
LINES = range(1, 25)  # twenty-four of them fill a page of A4


class TypesettingError(Exception):
    """The sampler can't be printed as it stands; the words say why."""


def sampler_pdf(
    sampler: Sampler,
    brand: Brand,
    course_title: str,
    language: str = "en",
    phrases: Phrases = ENGLISH,
    pictures: Mapping[str, Encoded] = NO_PICTURES,
    house: bool = True,
    care: Care | None = None,
) -> bytes:
    """The printable sampler, made for screen readers too (PDF/UA-1 where
    the Markdown allows it).

    Every `##` heading and every sheet begins a page. The same sampler gives the
    same bytes. The fonts that come with Typst know Latin, Greek, Cyrillic and
    Hebrew. For a character they lack, this machine's own are asked; what no
    font has is left blank (`unprintable` names it).

    `pictures` are those that the sampler shows, by their files' names. `house`: it is drawn on
    the first page and at the end. `care` stands below the last words.

    Raises `TypesettingError`: Markdown nested beyond reason, an accent that is
    not a colour.
    """
    try:
        document = _document(sampler, brand, course_title, language)
        document |= {**_own_words(phrases), "house": house, "care": _care(care, phrases)}
        texts = [sampler.title, sampler.lead, brand.name, course_title, sampler.body]
        texts += [care.text, care.link_label or ""] if care else []
        more_fonts = bool(lacking(" ".join(texts)))
        document["pictures"] = printed(sampler, pictures)
        return _accessible(json.dumps(document), more_fonts)
    except (typst.TypstError, RecursionError) as error:
        raise TypesettingError(f"{sampler.source}: {error}") from error


def _accessible(document: str, more_fonts: bool) -> bytes:
    try:
        return _compiled(document, more_fonts, "ua-1")
    except typst.TypstError:
        # PDF/UA turns away a skipped heading level or a character without a glyph;
        # such pages are still worth printing.
        return _compiled(document, more_fonts)


def _compiled(document: str, more_fonts: bool, standard: Literal["ua-1"] | None = None) -> bytes:
    return typst.compile(
        TEMPLATE.read_bytes(),
        ignore_system_fonts=not more_fonts,
        sys_inputs={"sampler": document},
        pdf_standards=standard,
    )


def _document(sampler: Sampler, brand: Brand, course_title: str, language: str) -> Node:
    return {
        "title": sampler.title,
        "lead": sampler.lead,
        "course": course_title,
        "brand": brand.name,
        "accent": brand.accent,
        "paper": paper_of(language),
        **_language(language),
        **_pages(sampler.body),
    }


def _care(care: Care | None, phrases: Phrases) -> Node | None:
    """On paper a link is its address, which somebody types."""
    if care is None:
        return None
    label = filled(phrases.colon, label=care.link_label) if care.link_label else ""
    return {"text": care.text, "label": label, "link": care.link}


def _own_words(phrases: Phrases) -> Node:
    """What the engine says by itself, and in which language."""
    return {
        "insight": phrases.insight,
        "try_this": phrases.try_this,
        "own": _language(phrases.language),
    }


def _language(tag: str) -> Node:
    """Of a tag such as `pt-BR` (BCP 47), all that Typst takes."""
    language, *others = tag.split("-")
    region = next((part.upper() for part in others if re.fullmatch("[A-Za-z]{2}", part)), None)
    return {
        "language": language.lower() if re.fullmatch("[A-Za-z]{2,3}", language) else "und",
        "region": region,
        "direction": Theme("", language=tag).direction,
    }


def _pages(body: str) -> dict[str, list[Node]]:
    nodes = [_node(child) for child in SyntaxTreeNode(_parser().parse(body)).children]
    opening = list(takewhile(lambda node: not _begins_page(node), nodes))
    return {"opening": opening, "body": nodes[len(opening) :]}


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    for name in ("insight", "try", "lines", "sheet"):
        parser.use(container_plugin, name)
    return parser.use(with_verse)


def _begins_page(node: Node) -> bool:
    return node["kind"] == "sheet" or node.get("level") == 2


def _node(node: SyntaxTreeNode) -> Node:
    return _MAKERS.get(node.type, _branch)(node)


def _branch(node: SyntaxTreeNode) -> Node:
    kind = _KINDS.get(node.type, node.type)
    return {"kind": kind, "children": [_node(child) for child in node.children]}


def _leaf(node: SyntaxTreeNode) -> Node:
    return {"kind": _KINDS.get(node.type, node.type), "text": node.content}


def _heading(node: SyntaxTreeNode) -> Node:
    # The sampler's title is the one heading of the first level.
    return {"kind": "heading", "level": max(2, int(node.tag[1])), "children": _words(node)}


def _paragraph(node: SyntaxTreeNode) -> Node:
    words = _words(node)
    aside = [word["kind"] for word in words] == ["em"]
    return {"kind": "aside" if aside else "paragraph", "children": words}


def _numbers(node: SyntaxTreeNode) -> Node:
    return {**_branch(node), "start": node.attrs.get("start", 1)}


def _table(node: SyntaxTreeNode) -> Node:
    rows = [row for section in node.children for row in section.children]
    return {
        "kind": "table",
        "sides": [side_of(cell) or "" for cell in rows[0].children],
        "rows": [[_words(cell) for cell in row.children] for row in rows],
    }


def _lines(node: SyntaxTreeNode) -> Node:
    """`::: lines 4`; without a number that makes sense, the nearest one that does."""
    number = node.info.split()[-1]
    wanted = int(number) if number.isdecimal() else 3
    return {"kind": "lines", "count": min(max(wanted, LINES[0]), LINES[-1])}


def _link(node: SyntaxTreeNode) -> Node:
    return {**_branch(node), "href": node.attrs.get("href", "")}


def _image(node: SyntaxTreeNode) -> Node:
    return {"kind": "picture", "address": node.attrs.get("src", ""), "text": alt_of(node)}


def _words(node: SyntaxTreeNode) -> list[Node]:
    return [_node(word) for inline in node.children for word in inline.children]


_KINDS = {
    "bullet_list": "bullets",
    "ordered_list": "numbers",
    "blockquote": "quote",
    "hr": "rule",
    "container_insight": "insight",
    "container_try": "try",
    "container_sheet": "sheet",
    "code_inline": "code",
    "code_block": "code",
    "fence": "code",
}

_MAKERS: dict[str, Callable[[SyntaxTreeNode], Node]] = {
    "heading": _heading,
    "paragraph": _paragraph,
    "ordered_list": _numbers,
    "table": _table,
    "container_lines": _lines,
    "link": _link,
    "text": _leaf,
    "image": _image,
    "code_inline": _leaf,
    "code_block": _leaf,
    "fence": _leaf,
}
