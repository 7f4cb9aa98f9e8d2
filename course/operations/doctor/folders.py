"""`letterpath doctor`: a folder beside what was published of it."""

from collections.abc import Callable, Mapping
from pathlib import Path

from course.authoring.compiling import Compilation, NotPublishable
from course.authoring.newsletter_compiling import NewsletterCompilation
from course.operations.doctor.check_result import CheckResult, Level

# By slug, what the revision in force was made of; None where it can't be read.
Digests = Mapping[str, str | None]


def check_folder(
    folder: Path,
    digests: Digests,
    compile_: Callable[[Path, Path], Compilation | NewsletterCompilation],
    cache: Path,
) -> CheckResult:
    name = folder.name
    try:
        compilation = compile_(folder, cache)
    except NotPublishable as error:
        return CheckResult(Level.WARNING, name, f"{error}. Run: letterpath lint {name}")
    if digests.get(name) != compilation.digest:
        words = "the files have changed since they were published. Run: letterpath publish"
        return CheckResult(Level.WARNING, name, f"{words} {name}")
    return CheckResult(Level.OK, name, "published as the files have it")


def unreadable(slug: str) -> CheckResult:
    words = "what was published can't be read. Run: letterpath publish"
    return CheckResult(Level.ERROR, slug, f"{words} {slug}")
