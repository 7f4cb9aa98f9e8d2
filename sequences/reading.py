"""A course folder → `Sequence`. All that is wrong is said at once, with file, line and remedy."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

from sequences import files, frontmatter
from sequences.blocks import END_IT, blocks, without
from sequences.files import MANIFEST_FILE
from sequences.findings import MOST_FINDINGS, CourseError, Finding, did_you_mean
from sequences.frontmatter import Text
from sequences.leftovers import leftovers
from sequences.lines import OPENERS, with_placeholder, wrong_line
from sequences.manifest import SLUG, Manifest, read_manifest
from sequences.sequence import Landing, Lesson, LetterText, Prompt, Sampler, Sequence

LANDING, SAMPLER = "landing.md", "sampler.md"

LESSON_LABELS = ("id", "title", "subject", "preview", "summary")
LETTER_LABELS = ("subject", "preview", "title")
SAMPLER_LABELS = ("title", "lead")

# What a page shows as it stands.
SAME_FOR_ALL = ("id", "summary", "button")

LONGEST_LABEL = 1_000

LONGEST_COURSE = 5_000_000  # characters in all files together


def read_course(path: Path, warnings: list[Finding] | None = None) -> Sequence:
    """Raises `CourseError` with everything that is wrong; `warnings` are added where nothing is."""
    folder = _Folder(path)
    manifest = read_manifest(path.name, MANIFEST_FILE, folder.read(MANIFEST_FILE), folder.findings)
    lessons = _lessons(folder, manifest)
    letters = tuple(_letter(folder, source) for source in _sources(folder, "letters"))
    sampler = _sampler(folder) if files.exists(path, SAMPLER) else None
    body = folder.read(LANDING)
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
    )


def read_letter(path: Path, source: str) -> LetterText:
    """One letter on its own. Raises `CourseError`."""
    folder = _Folder(path.parent.resolve())
    letter = _letter(folder, path.name)
    if folder.findings:
        raise CourseError(folder.findings)
    return LetterText(**{**vars(letter), "source": source})


@dataclass
class _Folder:
    """A course folder while it is read, and what was found wrong so far."""

    path: Path
    findings: list[Finding] = field(default_factory=list)
    room: int = LONGEST_COURSE

    def read(self, source: str) -> str:
        """Nothing where it can't be read."""
        try:
            text = files.read(self.path, source)
        except files.Unreadable as error:
            self.wrong(source, error.line, error.message, error.remedy)
            return ""
        self.room -= len(text)
        if self.room < 0:
            message = f"The course has more than {LONGEST_COURSE:,} characters by here."
            self.wrong(source, 1, message, "Cut it, or make two courses of it.")
            return ""
        self.findings += leftovers(source, text)
        return text

    def names(self, below: str) -> list[str]:
        """What stands in a folder, without what no file of a course is called."""
        try:
            found = files.names(self.path, below)
        except files.Unreadable as error:
            self.wrong(below, error.line, error.message, error.remedy)
            return []
        for name in found:
            if not name.isprintable():
                message = "Its name has a character that is no text."
                self.wrong(f"{below}/{name}", 1, message, "Give it another name.")
        return [name for name in found if name.isprintable()]

    def text(self, source: str, required: Iterable[str], optional: Iterable[str] = ()) -> Text:
        """A file with labels, of which these are needed and those allowed."""
        required, known = tuple(required), (*required, *optional)
        known_before = len(self.findings)
        text = frontmatter.split(source, self.read(source))
        if any(finding.severity == "error" for finding in self.findings[known_before:]):
            return text  # it could not even be opened, which is said already
        self.findings += text.findings
        if text.findings:
            return text
        for label in required:
            if not str(text.labels.get(label, "")):
                line = text.line_of(label)
                self.wrong(
                    source, line, f"The label {label} is missing.", f"Write a line {label}: …"
                )
        for label in islice((label for label in text.labels if label not in known), MOST_FINDINGS):
            remedy = did_you_mean(label, known, f"The labels are {', '.join(known)}.")
            self.wrong(source, text.line_of(label), f"There is no label {label}.", remedy)
        for label, value in text.labels.items():
            line = text.line_of(label)
            self.findings += wrong_line(source, line, label, str(value), LONGEST_LABEL)
            if source == SAMPLER or label in SAME_FOR_ALL:
                self.findings += with_placeholder(source, line, label, str(value))
        return text

    def wrong(self, source: str, line: int, message: str, remedy: str) -> None:
        self.findings.append(Finding(source, line, message, remedy))


def _lessons(folder: _Folder, manifest: Manifest) -> tuple[Lesson, ...]:
    """In the order of the manifest, whatever the files are called."""
    read = [_lesson(folder, source) for source in _sources(folder, "lessons")]
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


def _missing(folder: _Folder, manifest: Manifest, found: Iterable[str]) -> None:
    for id_ in islice((id_ for id_ in manifest.lessons if id_ not in found), MOST_FINDINGS):
        remedy = did_you_mean(id_, found, "Write the lesson, or take its id out of the list.")
        line = manifest.line_of("course.lessons")
        folder.wrong(MANIFEST_FILE, line, f"No lesson has the id {id_}.", remedy)


def _lesson(folder: _Folder, source: str) -> Lesson:
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


def _prompt(folder: _Folder, text: Text) -> Prompt | None:
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


def _calendar(folder: _Folder, text: Text) -> bool:
    if not isinstance(calendar := text.labels.get("calendar", False), bool):
        line, remedy = text.line_of("calendar"), "Write calendar: true, or leave the line out."
        folder.wrong(text.source, line, "calendar is neither true nor false.", remedy)
    return calendar is True


def _letter(folder: _Folder, source: str) -> LetterText:
    text = folder.text(source, LETTER_LABELS, ("button", "link"))
    labels: dict[str, Any] = {label: str(text.labels.get(label, "")) for label in LETTER_LABELS}
    return LetterText(
        id=Path(source).stem,
        **labels,
        body=text.body,
        button=_optional(text, "button"),
        link=_optional(text, "link"),
        source=source,
        line=text.line,
    )


def _sampler(folder: _Folder) -> Sampler:
    text = folder.text(SAMPLER, SAMPLER_LABELS)
    title, lead = (str(text.labels.get(label, "")) for label in SAMPLER_LABELS)
    return Sampler(title, lead, text.body, SAMPLER, text.line)


def _optional(text: Text, label: str) -> str | None:
    return str(text.labels[label]) if label in text.labels else None


def _sources(folder: _Folder, below: str) -> list[str]:
    """The files of a folder that are read."""
    names = [PurePosixPath(name) for name in folder.names(below)]
    for name in names:
        _overlooked(folder, below, name)
    return [f"{below}/{name}" for name in names if name.suffix == ".md"]


def _overlooked(folder: _Folder, below: str, name: PurePosixPath) -> None:
    """Text that nobody reads because of its name: some editors add an ending of their own."""
    if name.suffix.lower() in (".txt", ".md", ".markdown") and name.suffix != ".md":
        message = f"It is not read: the name of what stands in {below}/ ends in .md."
        remedy = f"Call it {name.name.lower().partition('.')[0]}.md."
        folder.wrong(f"{below}/{name}", 1, message, remedy)


def _unwrapped(text: str) -> str:
    """Plain paragraphs: a line break in the file is a space, a blank line stays."""
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n") if part.strip())
