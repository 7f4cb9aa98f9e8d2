"""`letterpath doctor`: the published courses, beside their files."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from course.authoring import compiling
from course.authoring.compiling import NotPublishable
from course.db.transactions import reading
from course.letters import catalogue, course_states
from course.operations.doctor.check_result import CheckResult, Level
from course.runtime.process import Runtime
from sequences import files


def check_courses(runtime: Runtime) -> Iterator[CheckResult]:
    try:
        with reading(runtime.engine) as session:
            slugs = catalogue.slugs(session)
            withdrawn = course_states.withdrawn(session).values()
            digests = {slug: _digest(session, slug) for slug in slugs}
    except SQLAlchemyError:
        return
    root = Path(runtime.settings.courses)
    folders = files.courses(root)
    if not folders:
        words = f"there is none in {root}/. Look at LETTERPATH_COURSES."
        yield CheckResult(Level.WARNING, "courses", words)
    elif not slugs:
        yield CheckResult(Level.ERROR, "courses", "none is published. Run: letterpath publish")
    home = runtime.settings.home_course
    if home and slugs and home not in slugs:
        words = f"LETTERPATH_HOME_COURSE is {home}, which is not published: / shows {slugs[0]}."
        yield CheckResult(Level.ERROR, "courses", words)
    for slug in (slug for slug, digest in digests.items() if digest is None):
        words = "what was published can't be read. Run: letterpath publish"
        yield CheckResult(Level.ERROR, slug, f"{words} {slug}")
    for folder in (folder for folder in folders if folder.name not in withdrawn):
        yield _course(folder, digests, runtime.settings.picture_cache)
    there = {folder.name for folder in folders}
    for slug in (slug for slug in slugs if slug not in there and slug not in withdrawn):
        words = f"is published and sent, and its folder is not in {root}/. Put it back, or end it:"
        yield CheckResult(Level.WARNING, slug, f"{words} letterpath withdraw {slug}")


def _digest(session: Session, slug: str) -> str | None:
    """None where the revision in force can't be read."""
    try:
        return catalogue.digest(session, slug)
    except catalogue.NotReadable:
        return None


def _course(folder: Path, digests: dict[str, str | None], cache: Path) -> CheckResult:
    try:
        compilation = compiling.compile_course(folder, cache)
    except NotPublishable as error:
        return CheckResult(
            Level.WARNING, folder.name, f"{error}. Run: letterpath lint {folder.name}"
        )
    if digests.get(compilation.sequence.slug) != compilation.digest:
        return CheckResult(
            Level.WARNING,
            folder.name,
            "the files have changed since they were published. "
            f"Run: letterpath publish {folder.name}",
        )
    return CheckResult(Level.OK, folder.name, "published as the files have it")
