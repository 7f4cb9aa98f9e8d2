"""A course folder → its letters, read, linted and each compiled once; or a list of what to mend."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from course.authoring.fonts import unprintable
from course.authoring.illustrations import Illustrations
from course.authoring.link_lines import unused_links
from course.authoring.picture_cache import PictureCache
from course.authoring.pictures import Encoded
from course.authoring.publication_checks import checked
from course.authoring.themes import signature_of, theme_of
from course.letters import placeholders, size_bounds
from course.letters.kinds import BY_LETTER, KINDS
from course.letters.phrases import catalog_for, letter_phrases
from course.letters.pictures import shown
from course.letters.texts import language_of, letter_texts
from course.models import DeliveryKind
from emails.errors import RenderError
from emails.letter.compiling import Button, CompiledLetter, Draft, compile_letter
from sequences.findings import CourseError, Finding, capped, has_errors
from sequences.linting import lint, lint_drafts
from sequences.newsletter import Newsletter
from sequences.reading import read_course
from sequences.sequence import Lesson, LetterText, Publication, Sequence

MAX_LISTED = 20  # in one warning


class NotPublishable(Exception):
    """The folder has errors; `findings` has them all, warnings too."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = capped(findings)
        super().__init__(f"{len(self.findings)} things to mend")


@dataclass(frozen=True)
class Compilation:
    """A course ready to be stored. `findings` are warnings: nothing in it is wrong.

    `pictures` are those that it shows, by the names of their files.
    `drafts` are the ids of lessons that are no part of it yet.
    """

    sequence: Sequence
    letters: dict[str, CompiledLetter]
    findings: list[Finding] = field(default_factory=list)
    pictures: dict[str, Encoded] = field(default_factory=dict)
    drafts: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        return digest(self.sequence.to_json(), self.letters)


def compile_course(folder: Path, cache: Path | None = None) -> Compilation:
    """Raises `NotPublishable` with everything that is to be mended first.

    Encoded pictures are kept in the folder `cache`.
    """
    findings: list[Finding] = []
    drafts: list[Lesson] = []
    try:
        sequence = read_course(folder, findings, drafts)
    except CourseError as error:
        raise NotPublishable(error.findings) from error
    illustrations = Illustrations(folder, sequence.brand, PictureCache(cache))
    sequence, wrong = checked(sequence, illustrations)
    findings += wrong
    known = placeholders.known_to(sequence, placeholders.PLACEHOLDERS)
    findings += [*_missing(sequence), *lint(sequence, known, placeholders.KEYS)]
    findings += lint_drafts(drafts, known)
    findings += unused_links(sequence, drafts)
    letters, broken = compile_letters(sequence, findings)
    findings += broken
    findings += _blank_in_print(sequence)
    if has_errors(findings):
        raise NotPublishable(findings)
    ids = tuple(draft.id for draft in drafts)
    return Compilation(sequence, letters, findings, illustrations.made, ids)


def digest(publication: str, letters: dict[str, CompiledLetter]) -> str:
    """Of what is stored; `publication` is its JSON."""
    parts = [publication]
    for key, letter in sorted(letters.items()):
        parts += [key, letter.subject, letter.html, letter.text]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def compile_letters(
    publication: Publication, known: Iterable[Finding]
) -> tuple[dict[str, CompiledLetter], list[Finding]]:
    """Without the files in which something is `known` to be wrong."""
    wrong = {finding.source for finding in known if finding.severity == "error"}
    letters: dict[str, CompiledLetter] = {}
    findings: list[Finding] = []
    phrases = letter_phrases(catalog_for(publication))
    lessons = publication.lessons if isinstance(publication, Sequence) else ()
    sources: list[Lesson | LetterText] = [*lessons, *letter_texts(publication)]
    for source in sources:
        if source.source in wrong:
            continue
        kind, draft = _draft(publication, source)
        theme = theme_of(publication, language_of(publication, source.id))
        try:
            letter = letters[source.id] = _compiled(draft, theme, phrases)
            size_bounds.check(letter, kind, source.id, publication)
        except RenderError as error:
            findings.append(unfit(source, error))
    return letters, findings


def unfit(text: Lesson | LetterText, error: RenderError) -> Finding:
    """What no letter could be made of, where it stands in its file."""
    line = text.line + error.line - 1 if error.line else text.line
    words, _, remedy = str(error).partition(": write ")
    mend = f"Write {remedy}." if remedy else "Shorten or simplify the letter."
    return Finding(text.source, line, f"{words}.", mend)


def lesson_draft(sequence: Sequence, lesson: Lesson) -> Draft:
    return Draft(
        subject=lesson.subject,
        preview=lesson.preview,
        title=lesson.title,
        body=lesson.body,
        prompt=lesson.prompt.text if lesson.prompt else None,
        button=Button(None, "reflect_url") if lesson.prompt else None,
        step=sequence.number(lesson.id),
        steps=len(sequence.lessons),
        calendar=lesson.calendar,
        footer=KINDS[DeliveryKind.LESSON].footer,
        pictures=shown(lesson.pictures),
        signature=signature_of(sequence, DeliveryKind.LESSON),
    )


def letter_draft(letter: LetterText, kind: DeliveryKind, publication: Publication) -> Draft:
    button = Button(letter.button, letter.link) if letter.button and letter.link else None
    return Draft(
        subject=letter.subject,
        preview=letter.preview,
        title=letter.title,
        body=letter.body,
        button=button,
        footer=KINDS[kind].footer,
        pictures=shown(letter.pictures),
        signature=signature_of(publication, kind),
    )


def _missing(sequence: Sequence) -> Iterator[Finding]:
    """What everybody gets who confirms: a letter, and the sampler that it may link to."""
    welcome = sequence.letter("welcome")
    if welcome is None:
        words = "There is no letters/welcome.md: what everybody gets who confirms."
        yield Finding("letters/welcome.md", 1, words, "Write one; a few lines are enough.")
    elif sequence.sampler is None and "sampler_" in f"{welcome.link} {welcome.body}":
        words = "This letter links to a sampler, and there is no sampler.md."
        remedy = "Write sampler.md, a page is enough; or take the link away."
        yield Finding(welcome.source, welcome.line, words, remedy)


def _blank_in_print(sequence: Sequence) -> Iterator[Finding]:
    """Signs of the sampler that its PDF can't show, by the line they stand on first."""
    if (sampler := sequence.sampler) is None:
        return
    lines: dict[int, list[str]] = {}
    for char in unprintable(sampler, sequence.brand, sequence.title):
        before, found, _ = sampler.body.partition(char)
        at = sampler.line + before.count("\n") if found else 1
        lines.setdefault(at, []).append(char)
    for at, characters in lines.items():
        shown = " ".join(characters[:MAX_LISTED]) + (" …" if len(characters) > MAX_LISTED else "")
        words = f"The PDF of the sampler has no font for {shown}: blank places are printed."
        remedy = "Write it without them, or point readers to the page on the screen."
        yield Finding(sampler.source, at, words, remedy, "warning")


def _draft(publication: Publication, source: Lesson | LetterText) -> tuple[DeliveryKind, Draft]:
    if isinstance(source, Lesson):
        if not isinstance(publication, Sequence):
            raise LookupError(f"{publication.slug} is no course, and has no lesson {source.id}")
        return DeliveryKind.LESSON, lesson_draft(publication, source)
    if (kind := BY_LETTER.get(source.id)) is None:
        raise LookupError(f"{source.source}: no row of course/letters/kinds.py has this letter")
    draft = letter_draft(source, kind, publication)
    if isinstance(publication, Newsletter) and draft.footer == "full":
        draft = replace(draft, footer="newsletter")  # it has no pace
    return kind, draft


# The engine's own letters are the same for all courses of one look.
_compiled = lru_cache(maxsize=128)(compile_letter)
