"""Composing an issue: a file of Markdown → its text, and the letter compiled from it."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from course.authoring import compiling
from course.authoring.compiling import NotPublishable
from course.authoring.illustrations import Illustrations
from course.authoring.picture_cache import PictureCache
from course.authoring.pictures import Encoded
from course.authoring.themes import theme_of
from course.letters import placeholders, size_bounds
from course.letters.phrases import catalog_for, letter_phrases
from course.models import DeliveryKind
from emails.errors import RenderError
from emails.letter.compiling import CompiledLetter, compile_letter
from sequences import files
from sequences.findings import CourseError, Finding, has_errors
from sequences.linting import lint_letter
from sequences.reading import read_letter
from sequences.sequence import LetterText, Publication

KIND = DeliveryKind.BROADCAST
KEY = KIND.value


@dataclass(frozen=True)
class Issue:
    """What the author wrote, and the same compiled in the newsletter's colours.

    `findings` are warnings; `pictures` are those that it shows, by the names of their files.
    """

    text: LetterText
    letter: CompiledLetter
    findings: list[Finding] = field(default_factory=list)
    pictures: dict[str, Encoded] = field(default_factory=dict)


def compose(path: Path, newsletter: Publication, cache: Path | None = None) -> Issue:
    """Raises `NotPublishable` with everything that is to be mended first.

    Encoded pictures are kept in the folder `cache`.
    """
    folder = folder_of(path)
    source = path.resolve().relative_to(folder).as_posix()
    warnings: list[Finding] = []
    try:
        # Whatever the file is called, it is none of the engine's own letters.
        text = replace(read_letter(path, source, warnings), id=KEY)
    except CourseError as error:
        raise NotPublishable(error.findings) from error
    illustrations = Illustrations(folder, newsletter.brand, PictureCache(cache))
    text = illustrations.text(text)
    known = placeholders.names(KIND) | newsletter.identity.addresses.keys()
    findings = [*warnings, *lint_letter(text, known), *illustrations.findings]
    if has_errors(findings):
        raise NotPublishable(findings)
    return Issue(text, _compiled(text, newsletter), findings, illustrations.made)


def folder_of(path: Path) -> Path:
    """The newsletter's that the file belongs to, or else its own."""
    own = path.resolve().parent
    return own.parent if files.is_newsletter(own.parent) else own


def _compiled(text: LetterText, newsletter: Publication) -> CompiledLetter:
    """Raises `NotPublishable` where no letter can be made of it."""
    try:
        theme = theme_of(newsletter)
        phrases = letter_phrases(catalog_for(newsletter))
        letter = compile_letter(compiling.letter_draft(text, KIND, newsletter), theme, phrases)
        size_bounds.check(letter, KIND, KEY, newsletter)
        return letter
    except RenderError as error:
        raise NotPublishable([compiling.unfit(text, error)]) from error
