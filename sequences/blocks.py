"""The blocks of a body: `::: prompt` … `:::` and its kind. They do not stand in each other."""

import re
from dataclasses import dataclass

OPENS = re.compile(r"^:::\s*(\S+)")
CLOSES = re.compile(r"^:::\s*$")

# Where each may stand. A lesson is forwarded, so the reader's own words are not for lessons.
IN_LESSON = ("insight", "try", "prompt")
IN_LETTER = ("insight", "try", "own-words")
IN_SAMPLER = ("insight", "try", "lines", "sheet")
IN_LANDING = ("insight", "try")

END_IT = "Write ::: on a line of its own where it ends."


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


def stray_ends(body: str) -> list[int]:
    """The lines, counted from 0, on which a block ends though none is open."""
    ends = {number for number, line in enumerate(body.splitlines()) if CLOSES.match(line)}
    return sorted(ends - {block.last for block in blocks(body)})


def without(body: str, name: str) -> str:
    """The body with blank lines for the blocks of that name: every other line stays where it is."""
    lines = body.splitlines()
    for block in blocks(body):
        if block.name == name and block.last is not None:
            lines[block.first : block.last + 1] = [""] * (block.last + 1 - block.first)
    return "\n".join(lines).rstrip("\n")
