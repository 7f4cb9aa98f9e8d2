"""What is published: the newsletters, each with the revision in force or its course's look."""

from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from course.letters import catalogue
from course.letters.catalogue import NewsletterEdition
from course.letters.recent import Recent
from course.models import Newsletter, Revision
from sequences import newsletter
from sequences.sequence import Sequence


class NoSuchNewsletter(LookupError):
    """No newsletter of that name is published."""


def by_slug(session: Session, slug: str) -> NewsletterEdition:
    """Raises `NoSuchNewsletter`."""
    if "\0" in slug:  # PostgreSQL can't even look for it
        raise NoSuchNewsletter(slug)
    return _edition(session, Newsletter.slug == slug)


def current(session: Session, newsletter_id: int) -> NewsletterEdition:
    """The edition in force. Raises `NoSuchNewsletter`."""
    return _edition(session, Newsletter.id == newsletter_id)


def open_by_slug(session: Session, slug: str) -> NewsletterEdition | None:
    """The edition of one that takes sign-ups; None where there is none of that name."""
    try:
        found = by_slug(session, slug)
    except NoSuchNewsletter:
        return None
    return found if found.is_open else None


def first_open(session: Session) -> NewsletterEdition | None:
    """The first of those that take sign-ups."""
    found = (open_by_slug(session, slug) for slug in slugs(session))
    return next((edition for edition in found if edition is not None), None)


_recent = Recent(open_by_slug)


def open_cached(engine: Engine, slug: str) -> NewsletterEdition | None:
    """As `open_by_slug`, a moment ago: a form's page was read before that."""
    return _recent.get(engine, slug)


def digest(session: Session, slug: str) -> str | None:
    """What the revision in force was made of; None where it has none of its own."""
    newest = (
        select(Revision.digest)
        .join(Newsletter, col(Newsletter.id) == Revision.newsletter_id)
        .where(Newsletter.slug == slug)
        .order_by(col(Revision.number).desc())
    )
    return session.exec(newest).first()


def slugs(session: Session) -> list[str]:
    """Every newsletter, the one published first at the head."""
    return list(session.exec(select(Newsletter.slug).order_by(col(Newsletter.id))))


def _edition(session: Session, which: Any) -> NewsletterEdition:
    row = session.exec(select(Newsletter).where(which)).one_or_none()
    if row is None:
        raise NoSuchNewsletter
    try:
        own = catalogue.newest_of_newsletter(session, row.id or 0)
        return own or _of_course(row, catalogue.current(session, row.course_id or 0))
    except catalogue.NoSuchCourse as error:
        raise NoSuchNewsletter(row.slug) from error


def _of_course(row: Newsletter, edition: catalogue.Edition) -> NewsletterEdition:
    course = edition.sequence
    look = _look_of(course, row)
    return NewsletterEdition(row.id or 0, edition.revision_id, look, edition.letters, of=course)


def _look_of(sequence: Sequence, row: Newsletter) -> newsletter.Newsletter:
    return newsletter.Newsletter(
        slug=row.slug,
        title=row.title,
        language=sequence.language,
        brand=sequence.brand,
        landing=sequence.landing,
        letters=sequence.letters,
        description="",
    )
