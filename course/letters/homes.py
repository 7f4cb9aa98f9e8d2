"""The page that a course's or a newsletter's letters and pages lead back to."""

from collections.abc import Callable
from time import monotonic
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Pool
from sqlmodel import Session

from course.db.transactions import reading
from course.letters import catalogue, course_states
from course.letters.catalogue import CACHED_FOR, Edition
from course.runtime.links import Links
from sequences.newsletter import Newsletter
from sequences.sequence import Publication

# By the database's pool of connections, then by the course that was wanted.
_first: WeakKeyDictionary[Pool, dict[str, tuple[str | None, float]]] = WeakKeyDictionary()


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


def first_slug_cached(
    engine: Engine, wanted: str, elapsed: Callable[[], float] = monotonic
) -> str | None:
    """Its short name, as it was at most `CACHED_FOR` seconds ago: every page asks.

    `elapsed` tells seconds, from any beginning.
    """
    known, now = _first.setdefault(engine.pool, {}), elapsed()
    slug, until = known.get(wanted, (None, now))
    if now >= until:
        with reading(engine) as session:
            found = first_course(session, wanted)
        slug = found.sequence.slug if found else None
        known[wanted] = slug, now + CACHED_FOR
    return slug


def first_slug_known(engine: Engine, wanted: str) -> str | None:
    """The same, however long ago, and no database is asked."""
    return _first.get(engine.pool, {}).get(wanted, (None, 0.0))[0]
