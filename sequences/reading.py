"""A course folder → `Sequence`. All that is wrong is said at once, with file, line and remedy."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from sequences import files
from sequences.blocks import END_IT, blocks, without
from sequences.files import MANIFEST_FILE
from sequences.findings import MOST_FINDINGS, CourseError, Finding, did_you_mean
from sequences.folder import LANDING, PHRASES, SAMPLER, Folder, letter, sources
from sequences.frontmatter import Text
from sequences.lines import OPENERS
from sequences.manifest import SLUG, Manifest, read_manifest
from sequences.sequence import Landing, Lesson, LetterText, Prompt, Sampler, Sequence

LESSON_LABELS = ("id", "title", "subject", "preview", "summary")
SAMPLER_LABELS = ("title", "lead")


def read_course(path: Path, warnings: list[Finding] | None = None) -> Sequence:
    """Raises `CourseError` with everything that is wrong; `warnings` are added where nothing is."""
    folder = Folder(path)
    manifest = read_manifest(path.name, MANIFEST_FILE, folder.read(MANIFEST_FILE), folder.findings)
    lessons = _lessons(folder, manifest)
    letters = tuple(letter(folder, source) for source in sources(folder, "letters"))
    sampler = _sampler(folder) if files.exists(path, SAMPLER) else None
    body = folder.read(LANDING)
    phrases = folder.read(PHRASES) if files.exists(path, PHRASES) else ""
    if any(finding.severity == "error" for finding in folder.findings):
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
    )


def read_letter(path: Path, source: str) -> LetterText:
    """One letter on its own. Raises `CourseError`."""
    folder = Folder(path.parent.resolve())
    text = letter(folder, path.name)
    if any(finding.severity == "error" for finding in folder.findings):
        raise CourseError(folder.findings)
    return replace(text, source=source)


def _lessons(folder: Folder, manifest: Manifest) -> tuple[Lesson, ...]:
    """In the order of the manifest, whatever the files are called."""
    read = [_lesson(folder, source) for source in sources(folder, "lessons")]
    found: dict[str, Lesson] = {}
    for lesson in read:
        if lesson.id in found:
            message = f"{found[lesson.id].source} has this id too."
            folder.wrong(lesson.source, lesson.line, message, "Give each lesson an id of its own.")
        elif lesson.id:
            found[lesson.id] = lesson
    # A lesson whose labels can't be read may be the one that is looked for.
    if all(lesson.id for lesson in read):
        _missing(folder, manifest, found)
    for id_, lesson in found.items():
        if manifest.lessons and id_ not in manifest.lessons:
            message = f"{id_} is not in the list of lessons."
            remedy = f'Add "{id_}" to lessons in {MANIFEST_FILE}, where it should come.'
            folder.wrong(lesson.source, 1, message, remedy)
    return tuple(found[id_] for id_ in manifest.lessons if id_ in found)


def _missing(folder: Folder, manifest: Manifest, found: Iterable[str]) -> None:
    for id_ in islice((id_ for id_ in manifest.lessons if id_ not in found), MOST_FINDINGS):
        remedy = did_you_mean(id_, found, "Write the lesson, or take its id out of the list.")
        line = manifest.line_of("course.lessons")
        folder.wrong(MANIFEST_FILE, line, f"No lesson has the id {id_}.", remedy)


def _lesson(folder: Folder, source: str) -> Lesson:
    text = folder.text(source, LESSON_LABELS, ("calendar",))
    labels: dict[str, Any] = {label: str(text.labels.get(label, "")) for label in LESSON_LABELS}
    if labels["id"] and not SLUG.fullmatch(labels["id"]):
        message = f"The id {labels['id']} can't be part of an address."
        remedy = "Write it in small letters, digits and hyphens, 100 at most."
        folder.wrong(source, text.line_of("id"), message, remedy)
    return Lesson(
        **labels,
        body=without(text.body, "prompt"),
        prompt=_prompt(folder, text),
        calendar=_calendar(folder, text),
        source=source,
        line=text.line,
    )


def _prompt(folder: Folder, text: Text) -> Prompt | None:
    prompts = [block for block in blocks(text.body) if block.name == "prompt"]
    for prompt in prompts:
        line = text.line + prompt.first
        if prompt.last is None:
            folder.wrong(text.source, line, "The block prompt does not end.", END_IT)
        if any(opener in prompt.text for opener in OPENERS):
            message = "A prompt has no placeholders."
            folder.wrong(text.source, line, message, "Ask it in words that are the same for all.")
    for extra in prompts[1:]:
        line = text.line + extra.first
        folder.wrong(text.source, line, "There is a second prompt.", "Keep one.")
    return Prompt(_unwrapped(prompts[0].text)) if prompts else None


def _calendar(folder: Folder, text: Text) -> bool:
    if not isinstance(calendar := text.labels.get("calendar", False), bool):
        line, remedy = text.line_of("calendar"), "Write calendar: true, or leave the line out."
        folder.wrong(text.source, line, "calendar is neither true nor false.", remedy)
    return calendar is True


def _sampler(folder: Folder) -> Sampler:
    text = folder.text(SAMPLER, SAMPLER_LABELS)
    title, lead = (str(text.labels.get(label, "")) for label in SAMPLER_LABELS)
    return Sampler(title, lead, text.body, SAMPLER, text.line)


def _unwrapped(text: str) -> str:
    """Plain paragraphs: a line break in the file is a space, a blank line stays."""
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n") if part.strip())
