"""`letterpath doctor`: the newsletters, beside their files and beside the forms that offer them."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from course.authoring import newsletter_compiling
from course.authoring.compiling import NotPublishable
from course.db.transactions import reading
from course.letters import catalogue, newsletter_editions
from course.operations.doctor.check_result import CheckResult, Level
from course.runtime.process import Runtime
from sequences import files


def check_newsletters(runtime: Runtime) -> Iterator[CheckResult]:
    root, cache = Path(runtime.settings.courses), runtime.settings.picture_cache
    try:
        with reading(runtime.engine) as session:
            for folder in files.newsletters(root):
                yield _newsletter(session, folder, cache)
            yield from _offered(session)
    except SQLAlchemyError:
        return


def _newsletter(session: Session, folder: Path, cache: Path) -> CheckResult:
    name = folder.name
    try:
        compilation = newsletter_compiling.compile_newsletter(folder, cache)
    except NotPublishable as error:
        return CheckResult(Level.WARNING, name, f"{error}. Run: letterpath lint {name}")
    if newsletter_editions.digest(session, name) != compilation.digest:
        words = "the files have changed since they were published. Run: letterpath publish"
        return CheckResult(Level.WARNING, name, f"{words} {name}")
    return CheckResult(Level.OK, name, "published as the files have it")


def _offered(session: Session) -> Iterator[CheckResult]:
    """What a course's form would offer, and can't."""
    for slug in catalogue.slugs(session):
        try:
            offered = catalogue.by_slug(session, slug).sequence.landing.newsletter
        except catalogue.NoSuchCourse:
            continue
        if offered and newsletter_editions.open_by_slug(session, offered) is None:
            words = (
                f"its form can't offer {offered}, which is not published. Run: letterpath publish"
            )
            yield CheckResult(Level.WARNING, slug, f"{words} {offered}")
