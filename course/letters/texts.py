"""The texts of the letters that are no lessons: a course's or newsletter's, or the engine's."""

from functools import cache
from pathlib import Path

from course.i18n import letter_files
from course.letters.phrases import catalog_for
from sequences.newsletter import Newsletter
from sequences.reading import read_letter
from sequences.sequence import LetterText, Publication, Sequence

OWN_LETTERS = Path(__file__).parent / "own"


def letter_text(publication: Publication, name: str) -> LetterText | None:
    """The text of this name."""
    return next((text for text in letter_texts(publication) if text.id == name), None)


def letter_texts(publication: Publication) -> list[LetterText]:
    """The course's letters, and in its language the engine's where it has none of that name."""
    written, catalog = {letter.id for letter in publication.letters}, catalog_for(publication)
    own = (text for text in _own_letters_of(publication).values() if text.id not in written)
    return [*publication.letters, *(letter_files.translated(text, catalog) for text in own)]


def language_of(publication: Publication, name: str) -> str:
    """The course's language, or English where it has no words of that letter."""
    own = _own_letters_of(publication)
    if publication.letter(name) or name not in own:
        return publication.language
    return letter_files.language_of(own[name], catalog_for(publication))


def _own_letters_of(publication: Publication) -> dict[str, LetterText]:
    if isinstance(publication, Newsletter):
        return _own_letters("newsletter")
    has_sampler = isinstance(publication, Sequence) and publication.sampler is not None
    return _own_letters("") | (_own_letters("sampler") if has_sampler else {})


@cache
def _own_letters(of: str) -> dict[str, LetterText]:
    """A newsletter's stand in a folder below those of a course, and so do those that a course
    with a sampler has instead.
    """
    letters = (
        read_letter(path.resolve(), f"course/letters/own/{of and of + '/'}{path.name}")
        for path in sorted((OWN_LETTERS / of).glob("*.md"))
    )
    return {letter.id: letter for letter in letters}
