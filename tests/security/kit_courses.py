"""Courses that Mallory wrote."""

from pathlib import Path

from course.authoring import compiling
from course.authoring.compiling import NotPublishable
from sequences.findings import Finding
from tests.sequences import courses

SECRET = "LETTERPATH_SECRET_KEY=no-page-may-show-this"


def found_in(folder: Path) -> list[Finding]:
    """The errors that keep it from being published."""
    try:
        compiling.compile_course(folder)
    except NotPublishable as error:
        return [finding for finding in error.findings if finding.severity == "error"]
    return []


def body_of(folder: Path, source: str) -> str:
    """The text of a file, with its labels."""
    return (folder / source).read_text().rstrip("\n")


def rewritten(folder: Path, source: str, text: str) -> int:
    """The line on which the last paragraph may begin at the earliest."""
    before = body_of(folder, source)
    (folder / source).write_text(text)
    return before.count("\n") + 2


def small(folder: Path) -> Path:
    """As little as can be published."""
    courses.write(folder)
    (folder / "sampler.md").write_text("---\ntitle: A page\nlead: To begin.\n---\n\n## One\n\nA.\n")
    labels = "subject: Hello\npreview: Here it is.\ntitle: Hello\nbutton: Read\nlink: sampler_url"
    (folder / "letters" / "welcome.md").write_text(f"---\n{labels}\n---\n\n{{{{ greeting }}}}\n")
    return folder
