"""`letterpath doctor`: the newsletters, beside their files and beside the forms that offer them."""

from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from course.authoring import newsletter_compiling
from course.db.transactions import reading
from course.letters import catalogue, newsletter_editions
from course.operations.doctor.check_result import CheckResult, Level
from course.operations.doctor.folders import check_folder, unreadable
from course.runtime.process import Runtime
from sequences import files


def check_newsletters(runtime: Runtime) -> Iterator[CheckResult]:
    try:
        with reading(runtime.engine) as session:
            digests = _digests(session)
            broken = [slug for slug in digests if _is_broken(session, slug)]
            offered = list(_offered(session))
    except SQLAlchemyError:
        return
    for slug in broken:
        digests[slug] = None
        yield unreadable(slug)
    roots, cache = runtime.settings.course_roots, runtime.settings.picture_cache
    for folder in files.newsletters(*roots):
        yield check_folder(folder, digests, newsletter_compiling.compile_newsletter, cache)
    yield from offered


def _digests(session: Session) -> dict[str, str | None]:
    """Of those that have a revision of their own."""
    found = {
        slug: newsletter_editions.digest(session, slug)
        for slug in newsletter_editions.slugs(session)
    }
    return {slug: digest for slug, digest in found.items() if digest is not None}


def _is_broken(session: Session, slug: str) -> bool:
    return newsletter_editions.open_by_slug(session, slug) is None


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
