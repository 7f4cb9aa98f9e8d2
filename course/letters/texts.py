"""The texts of a course's letters that are no lessons: its own, or else the engine's."""

from functools import cache
from pathlib import Path

from sequences.reading import read_letter
from sequences.sequence import LetterText, Publication

OWN_LETTERS = Path(__file__).parent / "own"


def letter_text(publication: Publication, name: str) -> LetterText | None:
    """The text of this name."""
    return next((text for text in letter_texts(publication) if text.id == name), None)


def letter_texts(publication: Publication) -> list[LetterText]:
    """The course's letters, and the engine's own where the course has none of that name."""
    written = {letter.id for letter in publication.letters}
    return [*publication.letters, *(text for text in _own_letters() if text.id not in written)]


@cache
def _own_letters() -> tuple[LetterText, ...]:
    return tuple(
        read_letter(path.resolve(), f"course/letters/own/{path.name}")
        for path in sorted(OWN_LETTERS.glob("*.md"))
    )
