"""Markdown → plain text: wrapped at 72, with headings underlined and addresses whole.

What is fixed is wrapped once, at compiling. A paragraph with a placeholder in it is wrapped for
each person, by the filters that `rendering` gives to its templates.
"""

from collections.abc import Callable, Iterable

from markdown_it.tree import SyntaxTreeNode

from emails.letter.html_prose import address_of, side_of
from emails.letter.markdown import Sentinels
from emails.letter.pictures import alt_of
from emails.letter.rendering import FILTERS
from emails.lines import CELL, ROW

QUOTED, INSET = "    ", "  "


class PlainText:
    """Prints nodes of one letter, as a template. Blocks are parted by an empty line.

    `direction` is the author's; what the letter says by itself (`own`) may run the other way.
    """

    def __init__(
        self, sentinels: Sentinels, direction: str = "ltr", own_direction: str = "ltr"
    ) -> None:
        self._sentinels, self._direction, self._own_direction = sentinels, direction, own_direction
        self._links: list[str] = []
        self._numbered = 0
        self._printers: dict[str, Callable[[SyntaxTreeNode, str, str], str]] = {
            "heading": self._heading,
            "bullet_list": self._list,
            "ordered_list": self._list,
            "blockquote": self._quote,
            "table": self._table,
            "hr": lambda _, first, __: first + "* * *",
            "code_block": self._code,
            "fence": self._code,
        }

    def blocks(self, nodes: list[SyntaxTreeNode], first: str = "", rest: str = "") -> str:
        """`first` stands before the first line, `rest` before all the others.

        A marker of a list stands there even where nothing follows it.
        """
        printed, indent = [], first
        for node in nodes:
            if words := self._printers.get(node.type, self._paragraph)(node, indent, rest):
                printed.append(words)
                indent = rest
        tight = bool(nodes) and nodes[0].type == "paragraph" and nodes[0].hidden
        return ("\n" if tight else "\n\n").join(printed) or first.rstrip()

    def heading(
        self, text: str, underline: str, first: str = "", rest: str = "", own: bool = False
    ) -> str:
        """A heading that is not from the Markdown, with sentinels in it perhaps."""
        return self._filtered("headed", text, underline, first, rest, own=own)

    def filled(self, text: str, first: str = "", rest: str = "", own: bool = False) -> str:
        """A paragraph: wrapped now, or later where its length is not yet known."""
        return self._filtered("fill", text, first, rest, own=own) if text.strip() else ""

    def escaped(self, text: str) -> str:
        """Text in a template: a brace of the author's own opens nothing."""
        return text if "{" not in text else text.replace("{", self._sentinels.protect("{{ '{' }}"))

    def _filtered(self, name: str, text: str, *arguments: str, own: bool = False) -> str:
        """What has sentinels in it is filtered for each person."""
        if (self._own_direction if own else self._direction) == "rtl":
            arguments = (*arguments, "rtl")
        if not self._sentinels.within(text):
            return FILTERS[name](text, *arguments)
        listed = ", ".join(f'"{argument}"' for argument in arguments)
        return f"{{% filter {name}({listed}) %}}{text}{{% endfilter %}}"

    def _paragraph(self, node: SyntaxTreeNode, first: str, rest: str) -> str:
        words = self.filled(self._words(node), first, rest)
        return "\n".join([words, *self._addresses(rest)])

    def _heading(self, node: SyntaxTreeNode, first: str, rest: str) -> str:
        words = self._words(node)
        heading = self.heading(words, "-", first, rest) if words.strip() else ""
        return "\n".join([heading, *self._addresses(rest)])

    def _list(self, node: SyntaxTreeNode, first: str, rest: str) -> str:
        number = int(node.attrs.get("start", 1))
        items = []
        for place, item in enumerate(node.children):
            bullet = "- " if node.type == "bullet_list" else f"{number + place}. "
            items.append(self.blocks(item.children, first + bullet, rest + " " * len(bullet)))
            first = rest
        return ("\n\n" if _is_loose(node) else "\n").join(items)

    def _quote(self, node: SyntaxTreeNode, first: str, rest: str) -> str:
        return self.blocks(node.children, first + QUOTED, rest + QUOTED)

    def _table(self, node: SyntaxTreeNode, first: str, rest: str) -> str:
        rows = [row.children for part in node.children for row in part.children]
        cells = ROW.join(CELL.join(map(self._cell, row)) for row in rows)
        sides = "".join((side_of(cell) or "left")[0] for cell in rows[0])
        table = self._filtered("columns", cells, first, rest, sides)
        return "\n".join([table, *self._addresses(rest)])

    def _cell(self, node: SyntaxTreeNode) -> str:
        return self._words(node).replace(CELL, " ").replace(ROW, " ")

    def _code(self, node: SyntaxTreeNode, first: str, rest: str) -> str:
        lines = map(self.escaped, node.content.rstrip("\n").split("\n"))
        indents = [first, *[rest] * node.content.count("\n")]
        return "\n".join(
            (indent + QUOTED + line).rstrip() for indent, line in zip(indents, lines, strict=False)
        )

    def _words(self, node: SyntaxTreeNode) -> str:
        match node.type:
            case "text" | "code_inline":
                return self.escaped(node.content)
            case "image":
                alt = self.escaped(alt_of(node))
                return f"[{alt}]" if alt else ""
            case "softbreak":
                return " "
            case "hardbreak":
                return "\n"
            case "link":
                return self._link(node)
            case "em":
                return f"*{self._children(node)}*"
        return self._children(node)

    def _children(self, node: SyntaxTreeNode) -> str:
        return "".join(self._words(child) for child in node.children)

    def _link(self, node: SyntaxTreeNode) -> str:
        """The address comes below the paragraph, where no full stop can stick to it."""
        words, address = self._children(node), address_of(node, self._sentinels)
        if words in (address, address.removeprefix("mailto:")):
            return words
        self._numbered += 1
        self._links.append(f"[{self._numbered}] {self.escaped(address)}")
        return f"{words} [{self._numbered}]"

    def _addresses(self, indent: str) -> list[str]:
        lines = [indent + link for link in self._links]
        self._links.clear()
        return ["", *lines] if lines else []


def _is_loose(list_: SyntaxTreeNode) -> bool:
    """Whether empty lines part its items, by CommonMark."""
    inside: Iterable[SyntaxTreeNode] = (child for item in list_.children for child in item.children)
    return any(child.type == "paragraph" and not child.hidden for child in inside)
