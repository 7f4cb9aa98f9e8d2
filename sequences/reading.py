"""A course folder → `Sequence`. All that is wrong is said at once, with file, line and remedy."""

from dataclasses import replace
from pathlib import Path

from sequences import files
from sequences.files import MANIFEST_FILE
from sequences.findings import CourseError, Finding, has_errors
from sequences.folder import LANDING, PHRASES, SAMPLER, Folder, letter, sources
from sequences.lessons import read_lessons
from sequences.manifest import Manifest, read_manifest
from sequences.sequence import Landing, Lesson, LetterText, Sampler, Sequence

SAMPLER_LABELS = ("title", "lead")


def read_course(
    path: Path, warnings: list[Finding] | None = None, drafts: list[Lesson] | None = None
) -> Sequence:
    """Raises `CourseError` with everything that is wrong; `warnings` are added where nothing is.

    Lessons that are no part of it yet are added to `drafts`.
    """
    folder = Folder(path)
    manifest = _manifest(folder)
    lessons = read_lessons(folder, manifest, [] if drafts is None else drafts)
    letters = tuple(letter(folder, source) for source in sources(folder, "letters"))
    sampler = _sampler(folder) if files.exists(path, SAMPLER) else None
    body = folder.read(LANDING)
    phrases = folder.read(PHRASES) if files.exists(path, PHRASES) else ""
    if has_errors(folder.findings):
        raise CourseError(folder.findings)
    if warnings is not None:
        warnings += folder.findings
    return Sequence(
        slug=manifest.slug,
        title=manifest.title,
        language=manifest.language,
        brand=manifest.brand,
        identity=manifest.identity,
        mark=manifest.mark,
        schedule=manifest.schedule,
        landing=Landing(body=body, **manifest.landing),
        sampler=sampler,
        lessons=lessons,
        letters=letters,
        phrases=phrases,
        key_lines=manifest.lines,
    )


def read_letter(path: Path, source: str, warnings: list[Finding] | None = None) -> LetterText:
    """One letter on its own, which `source` names. Raises `CourseError`, as `read_course` does."""
    folder = Folder(path.parent.resolve())
    text = letter(folder, path.name)
    found = [replace(finding, source=source) for finding in folder.findings]
    if has_errors(found):
        raise CourseError(found)
    if warnings is not None:
        warnings += found
    return replace(text, source=source)


def _manifest(folder: Folder) -> Manifest:
    """What can't be opened is not also called missing, part by part."""
    text = folder.read(MANIFEST_FILE)
    unread = has_errors(folder.findings)
    return read_manifest(folder.path.name, MANIFEST_FILE, text, [] if unread else folder.findings)


def _sampler(folder: Folder) -> Sampler:
    text = folder.text(SAMPLER, SAMPLER_LABELS)
    title, lead = (str(text.labels.get(label, "")) for label in SAMPLER_LABELS)
    return Sampler(title, lead, text.body, SAMPLER, text.line)
