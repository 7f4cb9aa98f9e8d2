"""A newsletter folder → its letters, read, linted and each compiled once; or what to mend."""

from dataclasses import dataclass, field
from pathlib import Path

from course.authoring import compiling
from course.authoring.compiling import NotPublishable
from course.authoring.illustrations import Illustrations
from course.authoring.picture_cache import PictureCache
from course.authoring.pictures import Encoded
from course.authoring.publication_checks import checked
from course.letters import placeholders
from emails.letter.compiling import CompiledLetter
from sequences.findings import CourseError, Finding, has_errors
from sequences.linting import lint_landing, lint_letters
from sequences.newsletter import Newsletter
from sequences.newsletter_reading import read_newsletter


@dataclass(frozen=True)
class NewsletterCompilation:
    """A newsletter ready to be stored. `findings` are warnings: nothing in it is wrong."""

    newsletter: Newsletter
    letters: dict[str, CompiledLetter]
    findings: list[Finding] = field(default_factory=list)
    pictures: dict[str, Encoded] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        return compiling.digest(self.newsletter.to_json(), self.letters)


def compile_newsletter(folder: Path, cache: Path | None = None) -> NewsletterCompilation:
    """Raises `NotPublishable` with everything that is to be mended first.

    Encoded pictures are kept in the folder `cache`.
    """
    findings: list[Finding] = []
    try:
        newsletter = read_newsletter(folder, findings)
    except CourseError as error:
        raise NotPublishable(error.findings) from error
    illustrations = Illustrations(folder, newsletter.brand, PictureCache(cache))
    newsletter, wrong = checked(newsletter, illustrations)
    findings += wrong
    known = placeholders.known_to(newsletter, placeholders.NEWSLETTER_PLACEHOLDERS)
    findings += [*lint_letters(newsletter, known, placeholders.KEYS), *lint_landing(newsletter)]
    letters, broken = compiling.compile_letters(newsletter, findings)
    findings += broken
    if has_errors(findings):
        raise NotPublishable(findings)
    return NewsletterCompilation(newsletter, letters, findings, illustrations.made)
