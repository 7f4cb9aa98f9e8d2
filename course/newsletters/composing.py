"""Composing a newsletter: a file of Markdown → its text, and the letter compiled from it."""

from dataclasses import dataclass, replace
from pathlib import Path

from course.authoring import compiling
from course.authoring.compiling import NotPublishable
from course.letters import placeholders, size_bounds
from course.letters.phrases import catalog_for, letter_phrases
from course.models import DeliveryKind
from emails.errors import RenderError
from emails.letter.compiling import CompiledLetter, compile_letter
from sequences.findings import CourseError
from sequences.linting import lint_letter
from sequences.reading import read_letter
from sequences.sequence import LetterText, Sequence

KIND = DeliveryKind.BROADCAST
KEY = KIND.value


@dataclass(frozen=True)
class Newsletter:
    """What the author wrote, and the same compiled in a course's colours."""

    text: LetterText
    letter: CompiledLetter


def compose(path: Path, sequence: Sequence) -> Newsletter:
    """Raises `NotPublishable` with everything that is to be mended first."""
    try:
        # Whatever the file is called, it is none of the engine's own letters.
        text = replace(read_letter(path, path.name), id=KEY)
    except CourseError as error:
        raise NotPublishable(error.findings) from error
    if findings := lint_letter(text, placeholders.names(KIND)):
        raise NotPublishable(findings)
    try:
        theme = compiling.theme_of(sequence.brand, sequence.language)
        phrases = letter_phrases(catalog_for(sequence))
        letter = compile_letter(compiling.letter_draft(text, KIND), theme, phrases)
        size_bounds.check(letter, KIND, KEY, sequence)
        return Newsletter(text, letter)
    except RenderError as error:
        raise NotPublishable([compiling.unfit(text, error)]) from error
