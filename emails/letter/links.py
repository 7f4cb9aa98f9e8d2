"""Where a letter may lead. A link is one placeholder, or an address that has none inside.

Whatever a placeholder stands for (the key to a journal, an address) would else be told to whom the
rest of the address belongs. Mail programs make links of words that look like one, and the text part
shows all addresses as words, so the words are looked at as well.
"""

import re
from collections.abc import Iterator

from markdown_it.tree import SyntaxTreeNode

from emails.errors import RenderError
from emails.letter.markdown import Sentinels, line_of

_ADDRESS = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)

# What may not touch a placeholder that is a link: with it, one would be part of the other.
_JOINS_A_LINK = re.compile(r"[/\\#@=&%]|[?:](?=\w)")

# What makes an address of the words that any other placeholder stands in.
_LOOKS_LIKE_ONE = re.compile(
    r"//|@|www\.|mailto:|tel:|[?&][\w-]*=|\w\.[a-z]{2,}[/?#:]", re.IGNORECASE
)


def is_address(href: str, sentinels: Sentinels) -> bool:
    """One that a letter or a page may lead to."""
    if sentinels.within(href):
        return (sentinels.name(href) or "").endswith("_url")
    return _ADDRESS.match(href) is not None


def refuse_joined(tree: SyntaxTreeNode, sentinels: Sentinels) -> None:
    """Raises `RenderError` for words in which a placeholder is part of an address."""
    for node in tree.walk():
        if node.type == "inline":
            refuse_joined_words("".join(_words(node)), sentinels, line_of(node))


def refuse_joined_words(text: str, sentinels: Sentinels, line: int | None = None) -> None:
    """The same for words without Markdown in them."""
    if not sentinels.within(text):
        return
    for word in text.split():
        parts = sentinels.parts(word)
        for place in range(1, len(parts), 2):
            if _joined(parts, place):
                words = f"{{{{ {parts[place]} }}}} is part of an address or of a longer word"
                raise RenderError(f"{words}: write a space before and after it", line)


def _joined(parts: list[str], place: int) -> bool:
    """`parts` of one word: text, name, text, name … text."""
    if not parts[place].endswith("_url"):
        return _LOOKS_LIKE_ONE.search("x".join(parts[::2])) is not None
    # A placeholder beside another one counts as the middle of an address.
    before, after = "/".join(parts[:place:2]), "/".join(parts[place + 1 :: 2])
    return "?" in before or any(map(_JOINS_A_LINK.search, (before, after)))


def _words(node: SyntaxTreeNode) -> Iterator[str]:
    match node.type:
        case "text" | "code_inline" | "image":
            yield node.content
        case "softbreak" | "hardbreak":
            yield "\n"
        case _:
            for child in node.children:
                yield from _words(child)
