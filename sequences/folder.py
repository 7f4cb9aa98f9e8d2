"""A folder of text while it is read, a course's or a newsletter's, and what is wrong in it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from sequences import files, frontmatter
from sequences.findings import MOST_FINDINGS, Finding, did_you_mean, has_errors, meant
from sequences.frontmatter import Text
from sequences.leftovers import leftovers
from sequences.lines import with_placeholder, wrong_line
from sequences.sequence import LetterText

LANDING, SAMPLER, PHRASES = "landing.md", "sampler.md", "phrases.po"

LETTER_LABELS = ("subject", "preview", "title")

# What a page shows as it stands.
SAME_FOR_ALL = ("id", "summary", "button")

# What a text may show stands beside it.
PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif", ".heic", ".heif")

LONGEST_LABEL = 1_000

LONGEST_COURSE = 5_000_000  # characters in all files together


@dataclass
class Folder:
    """Of one course or newsletter."""

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
        if has_errors(self.findings[known_before:]):
            return text  # it could not even be opened, which is said already
        self.findings += text.findings
        if text.findings:
            return text
        unknown = [label for label in text.labels if label not in known]
        misspelt = {meant(label, known) for label in unknown}
        for label in required:
            if label not in misspelt and not str(text.labels.get(label, "")):
                line = text.line_of(label)
                self.wrong(
                    source, line, f"The label {label} is missing.", f"Write a line {label}: …"
                )
        for label in unknown[:MOST_FINDINGS]:
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


def letter(folder: Folder, source: str) -> LetterText:
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
        label_lines=text.lines,
    )


def sources(folder: Folder, below: str) -> list[str]:
    """The files of a folder that are read."""
    names = [PurePosixPath(name) for name in folder.names(below)]
    for name in names:
        _overlooked(folder, below, name)
    return [f"{below}/{name}" for name in names if name.suffix == ".md"]


def _optional(text: Text, label: str) -> str | None:
    return str(text.labels[label]) if label in text.labels else None


def _overlooked(folder: Folder, below: str, name: PurePosixPath) -> None:
    """What nobody reads because of its name: some editors add an ending of their own."""
    source = f"{below}/{name}"
    if name.suffix != ".md" and files.is_folder(folder.path, source):
        message = f"It is not read: nothing is that stands in a folder in {below}/."
        remedy = f"Move its files into {below}/, or out of the course."
        folder.findings.append(Finding(source, 1, message, remedy, "warning"))
    elif name.suffix.lower() in (".txt", ".md", ".markdown") and name.suffix != ".md":
        message = f"It is not read: the name of what stands in {below}/ ends in .md."
        remedy = f"Call it {name.name.lower().partition('.')[0]}.md."
        folder.wrong(source, 1, message, remedy)
    elif name.suffix.lower() not in (".md", *PICTURES):
        message = "It is not read: what is written here is plain text, in a file that ends in .md."
        remedy = f"Save its text as {name.stem}.md, or take the file out of {below}/."
        folder.findings.append(Finding(source, 1, message, remedy, "warning"))
