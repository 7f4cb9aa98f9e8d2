"""The page that a course's or a newsletter's letters and pages lead back to."""

from sqlalchemy import Engine
from sqlmodel import Session

from course.letters import catalogue, course_states
from course.letters.catalogue import Edition
from course.letters.recent import Recent
from course.runtime.links import Links
from sequences.newsletter import Newsletter
from sequences.sequence import Publication


def home_url(links: Links, publication: Publication, first: str | None = None) -> str:
    """Its own page; `/` for the course `first`, which the installation's first page shows.

    A letter is read years later, when that may be another course: it leads to an address that
    stays. A course that was closed or withdrawn says so there.
    """
    if isinstance(publication, Newsletter):
        return links.newsletter(publication.slug)
    return links.home() if publication.slug == first else links.course(publication.slug)


def first_course(session: Session, wanted: str) -> Edition | None:
    """The course of the installation's first page; None before any was published.

    The first one stands in for one that isn't published: the doctor says so.
    """
    slugs, past = catalogue.slugs(session), course_states.withdrawn(session).values()
    for slug in sorted(slugs, key=lambda slug: (slug in past, slug != wanted)):
        try:
            return catalogue.by_slug(session, slug)
        except catalogue.NoSuchCourse:  # the doctor says so of this one, too
            continue
    return None


def first_slug_cached(engine: Engine, wanted: str) -> str | None:
    """Its short name, as it was a moment ago: every page asks."""
    return _recent.get(engine, wanted)


def first_slug_known(engine: Engine, wanted: str) -> str | None:
    """The same, however long ago, and no database is asked."""
    return _recent.last(engine, wanted)


def _first_slug(session: Session, wanted: str) -> str | None:
    found = first_course(session, wanted)
    return found.sequence.slug if found else None


_recent = Recent(_first_slug)
