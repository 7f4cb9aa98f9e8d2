"""The texts of a course's letters that are no lessons: its own, or else the engine's."""

from functools import cache
from pathlib import Path

from course.i18n import letter_files
from course.letters.phrases import catalog_for
from sequences.reading import read_letter
from sequences.sequence import LetterText, Publication

OWN_LETTERS = Path(__file__).parent / "own"


def letter_text(publication: Publication, name: str) -> LetterText | None:
    """The text of this name."""
    return next((text for text in letter_texts(publication) if text.id == name), None)


def letter_texts(publication: Publication) -> list[LetterText]:
    """The course's letters, and in its language the engine's where it has none of that name."""
    written, catalog = {letter.id for letter in publication.letters}, catalog_for(publication)
    own = (text for text in _own_letters().values() if text.id not in written)
    return [*publication.letters, *(letter_files.translated(text, catalog) for text in own)]


def language_of(publication: Publication, name: str) -> str:
    """The course's language, or English where it has no words of that letter."""
    if publication.letter(name) or name not in _own_letters():
        return publication.language
    return letter_files.language_of(_own_letters()[name], catalog_for(publication))


@cache
def _own_letters() -> dict[str, LetterText]:
    letters = (
        read_letter(path.resolve(), f"course/letters/own/{path.name}")
        for path in sorted(OWN_LETTERS.glob("*.md"))
    )
    return {letter.id: letter for letter in letters}
