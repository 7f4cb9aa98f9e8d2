"""Composing an issue: a file of Markdown → its text, and the letter compiled from it."""

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
from sequences.sequence import LetterText, Publication

KIND = DeliveryKind.BROADCAST
KEY = KIND.value


@dataclass(frozen=True)
class Issue:
    """What the author wrote, and the same compiled in the newsletter's colours."""

    text: LetterText
    letter: CompiledLetter


def compose(path: Path, newsletter: Publication) -> Issue:
    """Raises `NotPublishable` with everything that is to be mended first."""
    try:
        # Whatever the file is called, it is none of the engine's own letters.
        text = replace(read_letter(path, path.name), id=KEY)
    except CourseError as error:
        raise NotPublishable(error.findings) from error
    if findings := lint_letter(text, placeholders.names(KIND)):
        raise NotPublishable(findings)
    try:
        theme = compiling.theme_of(newsletter.brand, newsletter.language)
        phrases = letter_phrases(catalog_for(newsletter))
        letter = compile_letter(compiling.letter_draft(text, KIND), theme, phrases)
        size_bounds.check(letter, KIND, KEY, newsletter)
        return Issue(text, letter)
    except RenderError as error:
        raise NotPublishable([compiling.unfit(text, error)]) from error
