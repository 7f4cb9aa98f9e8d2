"""A course folder → `Sequence`. All that is wrong is said at once, with file, line and remedy."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sequences import frontmatter, plan
from sequences.blocks import END_IT, blocks, without
from sequences.findings import CourseError, Finding, did_you_mean
from sequences.frontmatter import Text
from sequences.plan import SLUG, Plan
from sequences.sequence import Landing, Lesson, LetterText, Prompt, Sampler, Sequence

PLAN, LANDING, SAMPLER = "sequence.toml", "landing.md", "sampler.md"

LESSON_LABELS = ("id", "title", "subject", "preview", "summary")
LETTER_LABELS = ("subject", "preview", "title")
SAMPLER_LABELS = ("title", "lead")

# Word processors leave these behind. Python would end a line there, and no editor counts it.
NO_LINE_ENDS = dict.fromkeys(map(ord, "\v\f\x1c\x1d\x1e\x85\u2028\u2029"), " ")


@dataclass
class _Folder:
    """A course folder while it is read, and what was found wrong so far."""

    path: Path
    findings: list[Finding] = field(default_factory=list)

    def read(self, source: str) -> str:
        try:
            text = (self.path / source).read_text(encoding="utf-8-sig")
            return text.translate(NO_LINE_ENDS)
        except FileNotFoundError:
            self.wrong(source, 1, "The file is missing.", f"Write {source} in the course's folder.")
        except UnicodeDecodeError:
            self.wrong(source, 1, "The file is not plain text.", "Save it as text, in UTF-8.")
        return ""

    def text(self, source: str, required: Iterable[str], optional: Iterable[str] = ()) -> Text:
        """A file with labels, of which these are needed and those allowed."""
        required, known = tuple(required), (*required, *optional)
        text = frontmatter.split(source, self.read(source))
        if self.findings and self.findings[-1].source == source:
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
        for label in (label for label in text.labels if label not in known):
            remedy = did_you_mean(label, known, f"The labels are {', '.join(known)}.")
            self.wrong(source, text.line_of(label), f"There is no label {label}.", remedy)
        return text

    def wrong(self, source: str, line: int, message: str, remedy: str) -> None:
        self.findings.append(Finding(source, line, message, remedy))


def read_course(path: Path) -> Sequence:
    """Raises `CourseError` with everything that is wrong."""
    folder = _Folder(path)
    planned = plan.read(path.name, PLAN, folder.read(PLAN), folder.findings)
    for below in ("lessons", "letters"):
        _overlooked(folder, below)
    lessons = _lessons(folder, planned)
    letters = tuple(_letter(folder, name) for name in _files(path, "letters"))
    sampler = _sampler(folder) if (path / SAMPLER).exists() else None
    body = folder.read(LANDING)
    if folder.findings:
        raise CourseError(folder.findings)
    return Sequence(
        slug=planned.slug,
        title=planned.title,
        language=planned.language,
        brand=planned.brand,
        schedule=planned.schedule,
        landing=Landing(body=body, **planned.landing),
        sampler=sampler,
        lessons=lessons,
        letters=letters,
    )


def read_letter(path: Path, source: str) -> LetterText:
    """One letter on its own. Raises `CourseError`."""
    folder = _Folder(path.parent)
    letter = _letter(folder, path.name)
    if folder.findings:
        raise CourseError(folder.findings)
    return LetterText(**{**vars(letter), "source": source})


def _lessons(folder: _Folder, planned: Plan) -> tuple[Lesson, ...]:
    """In the order of the plan, whatever the files are called."""
    read = [_lesson(folder, source) for source in _files(folder.path, "lessons")]
    found: dict[str, Lesson] = {}
    for lesson in read:
        if lesson.id in found:
            message = f"{found[lesson.id].source} has this id too."
            folder.wrong(lesson.source, lesson.line, message, "Give each lesson an id of its own.")
        elif lesson.id:
            found[lesson.id] = lesson
    # A lesson whose labels can't be read may be the one that is looked for.
    if all(lesson.id for lesson in read):
        _missing(folder, planned, found)
    for id_, lesson in found.items():
        if planned.lessons and id_ not in planned.lessons:
            message = f"{id_} is not in the list of lessons."
            remedy = f'Add "{id_}" to lessons in {PLAN}, where it should come.'
            folder.wrong(lesson.source, 1, message, remedy)
    return tuple(found[id_] for id_ in planned.lessons if id_ in found)


def _missing(folder: _Folder, planned: Plan, found: Iterable[str]) -> None:
    for id_ in planned.lessons:
        if id_ not in found:
            remedy = did_you_mean(id_, found, "Write the lesson, or take its id out of the list.")
            line = planned.line_of("course.lessons")
            folder.wrong(PLAN, line, f"No lesson has the id {id_}.", remedy)


def _lesson(folder: _Folder, source: str) -> Lesson:
    text = folder.text(source, LESSON_LABELS, ("calendar",))
    labels = {label: str(text.labels.get(label, "")) for label in LESSON_LABELS}
    if labels["id"] and not SLUG.fullmatch(labels["id"]):
        message = f"The id {labels['id']} can't be part of an address."
        remedy = "Write it in small letters, digits and hyphens."
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
        if "{{" in prompt.text:
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
    return LetterText(
        id=Path(source).stem,
        **{label: str(text.labels.get(label, "")) for label in LETTER_LABELS},
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


def _files(path: Path, below: str) -> list[str]:
    return [f"{below}/{file.name}" for file in _visible(path / below) if file.suffix == ".md"]


def _visible(path: Path) -> list[Path]:
    """Without what a Mac leaves beside a file."""
    return sorted(file for file in path.glob("*") if not file.name.startswith("."))


def _overlooked(folder: _Folder, below: str) -> None:
    """Text that nobody reads because of its name: some editors add an ending of their own."""
    for file in _visible(folder.path / below):
        if file.suffix.lower() in (".txt", ".md", ".markdown") and file.suffix != ".md":
            message = f"It is not read: the name of what stands in {below}/ ends in .md."
            name = f"{file.name.lower().partition('.')[0]}.md"
            folder.wrong(f"{below}/{file.name}", 1, message, f"Call it {name}.")


def _unwrapped(text: str) -> str:
    """Plain paragraphs: a line break in the file is a space, a blank line stays."""
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n") if part.strip())
