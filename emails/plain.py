"""Markdown → plain text: wrapped at 72, with headings underlined and addresses whole.

What is fixed is wrapped once, at compiling. A paragraph with a placeholder in it is wrapped for
each person, by the filters that `rendering` gives to its templates.
"""

from collections.abc import Callable

from markdown_it.tree import SyntaxTreeNode

from emails.markdown import Marks
from emails.prose import address_of
from emails.rendering import WIDTH, fill, headed

QUOTED, INSET = "    ", "  "


class PlainText:
    """Prints nodes of one letter, as a template. Blocks are parted by an empty line."""

    def __init__(self, marks: Marks) -> None:
        self._marks = marks
        self._links: list[str] = []
        self._numbered = 0
        self._printers: dict[str, Callable[[SyntaxTreeNode, str, str], str]] = {
            "heading": self._heading,
            "bullet_list": self._list,
            "ordered_list": self._list,
            "blockquote": self._quote,
            "table": self._table,
            "hr": lambda *_: "* * *",
            "code_block": self._code,
            "fence": self._code,
        }

    def blocks(self, nodes: list[SyntaxTreeNode], first: str = "", rest: str = "") -> str:
        """`first` stands before the first line, `rest` before all the others."""
        printed = []
        for node in nodes:
            printed.append(self._printers.get(node.type, self._paragraph)(node, first, rest))
            first = rest
        tight = bool(nodes) and nodes[0].type == "paragraph" and nodes[0].hidden
        return ("\n" if tight else "\n\n").join(filter(None, printed))

    def heading(self, text: str, sign: str) -> str:
        """A heading that is not from the Markdown, with marks in it perhaps."""
        if self._marks.within(text):
            return f'{{% filter headed("{sign}") %}}{text}{{% endfilter %}}'
        return headed(text, sign)

    def filled(self, text: str, first: str = "", rest: str = "") -> str:
        """A paragraph: wrapped now, or later where its length is not yet known."""
        if not text.strip():
            return ""
        if self._marks.within(text):
            return f'{{% filter fill("{first}", "{rest}") %}}{text}{{% endfilter %}}'
        return fill(text, first, rest)

    def escaped(self, text: str) -> str:
        """Text in a template: a brace of the author's own opens nothing."""
        return text if "{" not in text else text.replace("{", self._marks.put("{{ '{' }}"))

    def _paragraph(self, node: SyntaxTreeNode, first: str, rest: str) -> str:
        words = self.filled(self._words(node), first, rest)
        return "\n".join([words, *self._addresses(rest)])

    def _heading(self, node: SyntaxTreeNode, _first: str, rest: str) -> str:
        words = self.heading(self._words(node), "-")
        return "\n".join([words, *self._addresses(rest)])

    def _list(self, node: SyntaxTreeNode, first: str, rest: str) -> str:
        number = int(node.attrs.get("start", 1))
        items = []
        for place, item in enumerate(node.children):
            bullet = "- " if node.type == "bullet_list" else f"{number + place}. "
            items.append(self.blocks(item.children, first + bullet, rest + " " * len(bullet)))
            first = rest
        loose = any(not child.hidden for item in node.children for child in item.children[:1])
        return ("\n\n" if loose else "\n").join(items)

    def _quote(self, node: SyntaxTreeNode, _first: str, rest: str) -> str:
        return self.blocks(node.children, rest + QUOTED, rest + QUOTED)

    def _table(self, node: SyntaxTreeNode, _first: str, rest: str) -> str:
        rows = [
            [self._words(cell) for cell in row.children]
            for part in node.children
            for row in part.children
        ]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        if sum(widths) + 2 * len(widths) > WIDTH:
            return "\n".join(self.filled(": ".join(filter(None, row)), rest, rest) for row in rows)
        padded = (zip(row, widths, strict=True) for row in rows)
        lines = ["  ".join(cell.ljust(width) for cell, width in row).rstrip() for row in padded]
        return "\n".join(rest + line for line in [lines[0], "-" * len(lines[0]), *lines[1:]])

    def _code(self, node: SyntaxTreeNode, _first: str, rest: str) -> str:
        lines = node.content.rstrip("\n").split("\n")
        return "\n".join(rest + QUOTED + self.escaped(line) for line in lines)

    def _words(self, node: SyntaxTreeNode) -> str:
        match node.type:
            case "text" | "code_inline" | "image":
                return self.escaped(node.content)
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
        words, address = self._children(node), address_of(node, self._marks)
        if words == address.removeprefix("mailto:"):
            return words
        self._numbered += 1
        self._links.append(f"[{self._numbered}] {self.escaped(address)}")
        return f"{words} [{self._numbered}]"

    def _addresses(self, indent: str) -> list[str]:
        lines = [indent + link for link in self._links]
        self._links.clear()
        return ["", *lines] if lines else []
