"""Markdown → the HTML inside a letter: every element carries its own style.

Colours that change in the dark have a class as well. The text is escaped here, once; links are
checked. Of pictures, those that the draft has are shown; any other becomes its description.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from html import escape

from markdown_it.tree import SyntaxTreeNode

from emails.errors import RenderError
from emails.letter.links import is_address
from emails.letter.markdown import Sentinels, block_name, line_of
from emails.letter.pictures import Picture, alt_of, img, is_alone, room_for
from emails.letter.theme import Palette, Theme, attributes_of, light

SANS = "system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif"
SERIF = "Georgia,serif"


class Prose:
    """Prints nodes of one letter, in its light colours. `sentinels` hold its placeholders.

    `own_language`: of what the letter says by itself.
    """

    def __init__(
        self,
        sentinels: Sentinels,
        look: Theme,
        own_language: str,
        pictures: Iterable[Picture] = (),
    ) -> None:
        self._sentinels, self._look = sentinels, look
        self._pictures = {picture.address: picture for picture in pictures}
        self._colours: Palette = light(look)
        # Addresses and code run from the left everywhere.
        self._ltr = ' dir="ltr"' if look.direction == "rtl" else ""
        self._of_own = attributes_of(own_language, look.language)
        self._printers: dict[str, Callable[[SyntaxTreeNode], str]] = {
            "paragraph": self._paragraph,
            "heading": self._heading,
            "bullet_list": self._list,
            "ordered_list": self._list,
            "blockquote": self._quote,
            "table": self._table,
            "hr": self._rule,
            "code_block": self._code_block,
            "fence": self._code_block,
            "link": self._link,
            "text": self._text,
            "image": self._image,
            "code_inline": self._code,
            "softbreak": lambda _: "\n",
            "hardbreak": lambda _: "<br>",
            "strong": lambda node: f"<strong>{self.all(node)}</strong>",
            "em": lambda node: f"<em>{self.all(node)}</em>",
        }

    def all(self, node: SyntaxTreeNode) -> str:
        """The children of a node, one after the other."""
        return "".join(self.one(child) for child in node.children)

    def blocks(self, nodes: list[SyntaxTreeNode]) -> str:
        """Blocks that fill a cell: the last one has no space beneath it."""
        *others, last = [self.one(node) for node in nodes] or [""]
        return "".join([*others, re.sub(r"margin:(\S+) 0 \d+px", r"margin:\1 0 0", last, count=1)])

    def one(self, node: SyntaxTreeNode) -> str:
        return self._printers.get(node.type, self.all)(node)

    def escaped(self, text: str) -> str:
        """Text as HTML; a brace could open a placeholder, so it becomes a reference."""
        return escape(text).replace("{", "&#123;")

    def isolated(self, text: str) -> str:
        """Text as HTML in which a value can't turn its neighbours around."""
        words = self.escaped(text)
        return self._sentinels.inside(words, '<span dir="auto">{}</span>') if self._ltr else words

    def own(self, text: str) -> str:
        """What the letter says by itself."""
        words = self.isolated(text)
        return f"<span{self._of_own}>{words}</span>" if self._of_own else words

    def _paragraph(self, node: SyntaxTreeNode) -> str:
        words = self.all(node)
        if node.hidden:  # in a tight list
            return words
        return f'<p style="margin:0 0 18px">{words}</p>'

    def _heading(self, node: SyntaxTreeNode) -> str:
        # The title is the letter's only heading of the first level.
        tag = f"h{max(2, int(node.tag[1]))}"
        size = 22 if tag == "h2" else 18
        style = f"margin:32px 0 10px;font-size:{size}px;line-height:1.3;font-weight:bold"
        return f'<{tag} style="{style}">{self.all(node)}</{tag}>'

    def _list(self, node: SyntaxTreeNode) -> str:
        tag = "ul" if node.type == "bullet_list" else "ol"
        start = f' start="{node.attrs["start"]}"' if "start" in node.attrs else ""
        items = "".join(
            f'<li style="margin:0 0 8px;padding-{self._look.start}:4px">{self.all(item)}</li>'
            for item in node.children
        )
        inner = node.parent is not None and node.parent.type == "list_item"
        margin = "8px 0 0" if inner else "0 0 18px"
        padding = self._sides("0", "0", "0", "26px")
        return f'<{tag}{start} style="margin:{margin};padding:{padding}">{items}</{tag}>'

    def _quote(self, node: SyntaxTreeNode) -> str:
        style = f"margin:0 0 18px;padding:{self._sides('0', '0', '0', '18px')};"
        style += f"border-{self._look.start}:3px solid {self._colours.edge}"
        return f'<blockquote class="edge" style="{style}">{self.blocks(node.children)}</blockquote>'

    def _rule(self, _node: SyntaxTreeNode) -> str:
        style = f"margin:32px 0 32px;border:0;border-top:1px solid {self._colours.edge};width:64px"
        return f'<hr class="edge" align="{self._look.start}" style="{style}">'

    def _table(self, node: SyntaxTreeNode) -> str:
        rows = "".join(self._row(row) for part in node.children for row in part.children)
        style = f"margin:0 0 18px;width:100%;font:15px/1.5 {SANS}"
        return f'<table role="table" cellspacing="0" style="{style}">{rows}</table>'

    def _row(self, row: SyntaxTreeNode) -> str:
        style = f"border-bottom:1px solid {self._colours.line};word-break:normal"
        cells = []
        for cell in row.children:
            scope = ' scope="col"' if cell.tag == "th" else ""
            # The last column may lean against the table's edge.
            padding = self._sides("8px", "0" if cell is row.children[-1] else "12px", "8px", "0")
            side = side_of(cell) or self._look.start
            own = f"padding:{padding};text-align:{side};vertical-align:top"
            attributes = f'{scope} class="line" style="{own};{style}"'
            cells.append(f"<{cell.tag}{attributes}>{self.all(cell)}</{cell.tag}>")
        return f"<tr>{''.join(cells)}</tr>"

    def _link(self, node: SyntaxTreeNode) -> str:
        href = address_of(node, self._sentinels)
        # On the insight's ground the accent would be too faint.
        cool = any(block_name(above) == "insight" for above in _ancestors(node))
        kind, colour = ("cool", self._colours.calm) if cool else ("accent", self._colours.accent)
        attributes = f'class="{kind}" href="{self.escaped(href)}"'
        if _words(node) in (href, href.removeprefix("mailto:")):
            attributes += self._ltr
        style = f"color:{colour};text-decoration:underline"
        return f'<a {attributes} style="{style}">{self.all(node)}</a>'

    def _text(self, node: SyntaxTreeNode) -> str:
        return self.isolated(node.content)

    def _image(self, node: SyntaxTreeNode) -> str:
        alt, picture = alt_of(node), self._pictures.get(str(node.attrs["src"]))
        if picture is None:
            return self.isolated(alt)
        size = picture.shown(room_for(node))
        style = f"font:italic 15px/1.5 {SERIF};color:{self._colours.muted}"
        if is_alone(node):
            style = f"display:block;width:100%;max-width:{size[0]}px;border-radius:10px;{style}"
        else:
            style = f"max-width:100%;vertical-align:middle;border-radius:4px;{style}"
        return self._sentinels.protect(img(picture, self.escaped(alt), size, style))

    def _code(self, node: SyntaxTreeNode) -> str:
        style = "font:0.9em Menlo,Consolas,monospace"
        return f'<code{self._ltr} style="{style}">{self.escaped(node.content)}</code>'

    def _code_block(self, node: SyntaxTreeNode) -> str:
        style = "margin:0 0 18px;font:15px/1.5 Menlo,Consolas,monospace;white-space:pre-wrap"
        style += ";text-align:left" if self._ltr else ""
        return f'<pre{self._ltr} style="{style}">{self.escaped(node.content)}</pre>'

    def _sides(self, above: str, at_end: str, below: str, at_start: str) -> str:
        right, left = (at_start, at_end) if self._look.start == "right" else (at_end, at_start)
        return f"{above} {right} {below} {left}"


def address_of(node: SyntaxTreeNode, sentinels: Sentinels) -> str:
    """Where a link leads. Raises `RenderError` where a letter could not take anybody there."""
    href = str(node.attrs["href"])
    if is_address(href, sentinels):
        return href
    line = line_of(node.parent) if node.parent else None
    if (name := sentinels.name(href)) is not None:
        words = f"a link can lead to a placeholder that ends in _url, not to {name}"
        raise RenderError(words, line)
    if sentinels.within(href):
        words = "a link is one placeholder and nothing else, or an address without any"
        raise RenderError(words, line)
    words = f"a link in a letter needs the whole address, not {href[:60]!r}"
    raise RenderError(words, line)


def side_of(cell: SyntaxTreeNode) -> str | None:
    """left, right or center, where the table says so."""
    return str(cell.attrs.get("style", "")).partition("text-align:")[2] or None


def _words(node: SyntaxTreeNode) -> str:
    return "".join(child.content for child in node.children)


def _ancestors(node: SyntaxTreeNode) -> Iterator[SyntaxTreeNode]:
    while node.parent is not None:
        node = node.parent
        yield node
