"""The blocks of a body: `::: prompt` … `:::` and its kind. They do not stand in each other."""

import re
from dataclasses import dataclass

OPENS = re.compile(r"^:::\s*(\S+)")
CLOSES = re.compile(r"^:::\s*$")

BLOCKS = ("insight", "try", "prompt", "lines", "sheet", "own-words")


@dataclass(frozen=True)
class Block:
    """`first` and `last` are the lines of its fences, counted from 0; no `last`: never closed."""

    name: str
    first: int
    last: int | None
    text: str


def blocks(body: str) -> list[Block]:
    """In order. A block that is not closed before the next one begins has no `last`."""
    found: list[Block] = []
    lines = body.splitlines()
    for number, line in enumerate(lines):
        if opening := OPENS.match(line):
            found.append(Block(opening[1], number, None, ""))
        elif CLOSES.match(line) and found and found[-1].last is None:
            name, first = found[-1].name, found[-1].first
            found[-1] = Block(name, first, number, "\n".join(lines[first + 1 : number]).strip())
    return found


def without(body: str, name: str) -> str:
    """The body with the blocks of that name taken out."""
    lines = body.splitlines()
    for block in reversed(blocks(body)):
        if block.name == name and block.last is not None:
            del lines[block.first : block.last + 1]
    return "\n".join(lines).strip("\n")
