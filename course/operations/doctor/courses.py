"""`letterpath doctor`: the published courses, beside their files."""

from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from course.authoring import compiling
from course.db.transactions import reading
from course.letters import catalogue, course_states
from course.operations.doctor.check_result import CheckResult, Level
from course.operations.doctor.folders import check_folder, unreadable
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
    settings, cache = runtime.settings, runtime.settings.picture_cache
    folders = files.courses(*settings.course_roots)
    if not folders:
        words = f"there is none in {settings.courses}. Look at LETTERPATH_COURSES."
        yield CheckResult(Level.WARNING, "courses", words)
    elif not slugs:
        yield CheckResult(Level.ERROR, "courses", "none is published. Run: letterpath publish")
    home = settings.home_course
    if home and slugs and home not in slugs:
        words = f"LETTERPATH_HOME_COURSE is {home}, which is not published: / shows {slugs[0]}."
        yield CheckResult(Level.ERROR, "courses", words)
    for slug in (slug for slug, digest in digests.items() if digest is None):
        yield unreadable(slug)
    for folder in (folder for folder in folders if folder.name not in withdrawn):
        yield check_folder(folder, digests, compiling.compile_course, cache)
    there = {folder.name for folder in folders}
    for slug in (slug for slug in slugs if slug not in there and slug not in withdrawn):
        where = f"is published and sent, and its folder is not in {settings.courses}."
        words = f"{where} Put it back, or end it:"
        yield CheckResult(Level.WARNING, slug, f"{words} letterpath withdraw {slug}")


def _digest(session: Session, slug: str) -> str | None:
    """None where the revision in force can't be read."""
    try:
        return catalogue.digest(session, slug)
    except catalogue.NotReadable:
        return None
