"""Pictures of a letter: where they are loaded from, how large they are shown, and as what HTML."""

from dataclasses import dataclass
from html import escape

from markdown_it.tree import SyntaxTreeNode

COLUMN = 552  # pixels of a letter's column
LOGO = 200, 64  # the most pixels of a masthead's logo, wide and high
PORTRAIT = 64, 64  # of who signs

# The placeholder for where all of them lie: the same for everybody.
PICTURES_URL = "pictures_url"

# What leaves less room to what stands in it: its own edges, and its space beside them.
_NARROWER = {
    "container_insight": 52,
    "container_own-words": 52,
    "container_try": 26,
    "list_item": 30,
    "blockquote": 21,
}


@dataclass(frozen=True, slots=True)
class Picture:
    """One that a text names by its `address`; its `file` lies below `pictures_url`."""

    address: str
    file: str
    width: int
    height: int

    def shown(self, widest: int, highest: int | None = None) -> tuple[int, int]:
        """Width and height with which it fits, never larger than it is."""
        scale = min(1, widest / self.width, highest / self.height if highest else 1)
        return max(1, round(self.width * scale)), max(1, round(self.height * scale))


def img(picture: Picture, alt: str, size: tuple[int, int], style: str) -> str:
    """The element as all mail programs need it; `alt` is HTML, and the address has its placeholder.

    Outlook goes by the attributes, phones by the style. Where pictures are off, the description
    stands in their place.
    """
    width, height = size
    src = f"{{{{ {PICTURES_URL} }}}}/{escape(picture.file)}"
    attributes = f'width="{width}" height="{height}" style="height:auto;border:0;{style}"'
    return f'<img class="picture" src="{src}" alt="{alt}" {attributes}>'


def alt_of(node: SyntaxTreeNode) -> str:
    """A picture's description, without the Markdown in it."""
    return "".join(
        " " if inner.type in {"softbreak", "hardbreak"} else inner.content
        for inner in node.walk(include_self=False)
        if inner.type in {"text", "code_inline", "softbreak", "hardbreak"}
    )


def room_for(node: SyntaxTreeNode) -> int:
    """How many pixels wide it may be shown where it stands."""
    room, above = COLUMN, node.parent
    while above is not None:
        room -= _NARROWER.get(above.type, 0)
        if above.type == "tr":
            room = room // len(above.children) - 12
        above = above.parent
    return max(room, 16)


def is_alone(node: SyntaxTreeNode) -> bool:
    """Nothing but pictures, and links around them, stands in its paragraph."""
    around = node.parent
    while around is not None and around.type == "link":
        around = around.parent
    return around is not None and all(map(_is_picture, around.children))


def _is_picture(node: SyntaxTreeNode) -> bool:
    if node.type == "link":
        return all(map(_is_picture, node.children))
    return node.type in {"image", "softbreak", "hardbreak"}
