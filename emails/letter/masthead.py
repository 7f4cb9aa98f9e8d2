"""The mark of progress at the head of a letter: a cell of a table for each step."""

from dataclasses import dataclass

from emails.letter.identity import Mark
from emails.letter.theme import Palette

# Pixels that the marks may take, so that their meaning has room beside them on a phone.
ROOM = 175
MOST_MARKS = 24  # with more, the words alone say it


@dataclass(frozen=True, slots=True)
class Marks:
    """`colours`: of each step, None where it is still to come. The sizes are pixels."""

    colours: tuple[str | None, ...]
    width: int
    gap: int
    height: int
    radius: int


def marks(mark: Mark, step: int, steps: int, palette: Palette) -> Marks | None:
    """None where there is nothing to draw."""
    if mark == "none" or not 0 < steps <= MOST_MARKS:
        return None
    shades = palette.stones if mark == "stones" else (palette.accent,)
    colours = [shades[n % len(shades)] if n < step else None for n in range(steps)]
    pitch = min(35, ROOM // steps)
    gap = 5 if pitch > 15 else 2
    height, radius = (16, 4) if mark == "stones" else (6, 3)
    return Marks(tuple(colours), pitch - gap, gap, height, radius)
