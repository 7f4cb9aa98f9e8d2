"""What is published: the courses, each with the revision in force; what reads a revision."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from functools import lru_cache
from time import monotonic
from typing import Any, Protocol, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Pool, bindparam
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from course.i18n.catalogs import Catalog, catalog_of
from course.letters.recent import Recent
from course.models import Course, Letter, Revision
from sequences.course_schedule import Schedule
from sequences.newsletter import Newsletter
from sequences.schedule import Window, known_zone
from sequences.sequence import Sequence

_P = TypeVar("_P", Sequence, Newsletter)


class HasSchedule(Protocol):
    """An enrollment, or its plain values: days, an hour and a zone, the first two optional."""

    @property
    def days(self) -> str | None: ...

    @property
    def at(self) -> str | None: ...

    @property
    def zone(self) -> str: ...


@dataclass(frozen=True)
class Edition:
    """A course as its newest revision has it. `letters` maps a letter's key to its row."""

    course_id: int
    revision_id: int
    sequence: Sequence
    letters: dict[str, int]

    @property
    def catalog(self) -> Catalog:
        """What the engine says around it."""
        return catalog_of(self.sequence.language, self.sequence.phrases)

    @property
    def publication(self) -> Sequence:
        return self.sequence

    def window(self, enrollment: HasSchedule) -> Window:
        return window(self.sequence.schedule, enrollment)

    def asks(self, step: str) -> bool:
        """That lesson is in the course, with a question, and there is a letter to ask it again."""
        lesson = self.sequence.lesson(step)
        return lesson is not None and lesson.prompt is not None and "nudge" in self.letters


@dataclass(frozen=True)
class NewsletterEdition:
    """A newsletter as its newest revision has it.

    Without a revision of its own it has the look and letters of the course `of`, and is not open:
    none of them says to what somebody would subscribe.
    """

    newsletter_id: int
    revision_id: int
    newsletter: Newsletter
    letters: dict[str, int]
    of: Sequence | None = None

    @property
    def is_open(self) -> bool:
        return self.of is None

    @property
    def catalog(self) -> Catalog:
        """What the engine says around it."""
        return catalog_of(self.newsletter.language, self.newsletter.phrases)

    @property
    def publication(self) -> Newsletter:
        return self.newsletter


AnyEdition = Edition | NewsletterEdition

# By the database's pool of connections: a number is a revision in one database only.
_editions: WeakKeyDictionary[Pool, dict[tuple[int, str], AnyEdition]] = WeakKeyDictionary()

_WHICH: Any = bindparam("which")
_REVISION: Any = columns(col(Revision.id), col(Revision.digest))
_NEWEST: Any = _REVISION.order_by(col(Revision.number).desc()).limit(1)
_BY_ID = _REVISION.where(col(Revision.id) == _WHICH)
_BY_COURSE = _NEWEST.where(col(Revision.course_id) == _WHICH)
_BY_NEWSLETTER = _NEWEST.where(col(Revision.newsletter_id) == _WHICH)
_BY_SLUG = _NEWEST.join(Course, col(Course.id) == Revision.course_id).where(
    col(Course.slug) == _WHICH
)
_WHOLE: Any = columns(
    col(Revision.course_id), col(Revision.newsletter_id), col(Revision.sequence)
).where(col(Revision.id) == _WHICH)
_LETTERS: Any = columns(col(Letter.key), col(Letter.id)).where(col(Letter.revision_id) == _WHICH)


class NoSuchCourse(LookupError):
    """No course of that name is published."""


class NotReadable(NoSuchCourse):
    """A revision's row that holds no course; publishing it again mends it."""


def window(schedule: Schedule, enrollment: HasSchedule) -> Window:
    """The subscriber's own days and hour, or the course's; in UTC where the zone is no more."""
    days = frozenset(map(int, enrollment.days)) if enrollment.days else None
    return schedule.window(known_zone(enrollment.zone), days=days, at=_time(enrollment.at))


def by_slug(session: Session, slug: str) -> Edition:
    """Raises `NoSuchCourse`."""
    if "\0" in slug:  # PostgreSQL can't even look for it
        raise NoSuchCourse(slug)
    return _course(_newest(session.connection(), _BY_SLUG, slug))


_recent = Recent(by_slug)


def by_slug_cached(engine: Engine, slug: str, elapsed: Callable[[], float] = monotonic) -> Edition:
    """The edition in force a moment ago: a form's page was read before that.

    `elapsed` as `Recent` has it. Raises `NoSuchCourse`.
    """
    return _recent.get(engine, slug, elapsed)


def current(session: Session, course_id: int) -> Edition:
    """The edition in force. Raises `NoSuchCourse` where the course was never published."""
    return _course(_newest(session.connection(), _BY_COURSE, course_id))


def edition(session: Session, revision_id: int) -> AnyEdition:
    """The edition that a letter was compiled for, in force or not."""
    connection = session.connection()
    return _edition(connection, *connection.execute(_BY_ID, {"which": revision_id}).one())


def newest_of_newsletter(session: Session, newsletter_id: int) -> NewsletterEdition | None:
    """None where it has no revision of its own. Raises `NotReadable`."""
    found = session.connection().execute(_BY_NEWSLETTER, {"which": newsletter_id}).first()
    edition = _edition(session.connection(), *found) if found else None
    return edition if isinstance(edition, NewsletterEdition) else None


def known(engine: Engine) -> tuple[AnyEdition, ...]:
    """All that this process has read."""
    return tuple(_editions.get(engine.pool, {}).values())


def digest(session: Session, slug: str) -> str:
    """What the revision in force was made of, as `Compilation.digest` has it."""
    newest = by_slug(session, slug).revision_id
    return session.exec(select(Revision.digest).where(Revision.id == newest)).one()


def sampler_pdf(session: Session, edition: Edition) -> bytes | None:
    """None where the course has no sampler."""
    found = select(Revision.sampler_pdf).where(Revision.id == edition.revision_id)
    return session.exec(found).one()


class EditionCache:
    """The editions in force, each read once in one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._current: dict[int, Edition] = {}

    def current(self, course_id: int) -> Edition:
        if (known := self._current.get(course_id)) is None:
            known = self._current[course_id] = current(self._session, course_id)
        return known


def slugs(session: Session) -> list[str]:
    """Every published course, the one published first at the head."""
    return list(session.exec(select(Course.slug).order_by(col(Course.id))))


def _course(edition: AnyEdition) -> Edition:
    """The queries for a course find nothing else."""
    if not isinstance(edition, Edition):
        raise NoSuchCourse(edition.publication.slug)
    return edition


def _newest(connection: Connection, query: Any, which: int | str) -> AnyEdition:
    found = connection.execute(query, {"which": which}).first()
    if found is None:
        raise NoSuchCourse(str(which))
    return _edition(connection, *found)


def _edition(connection: Connection, revision_id: int, digest: str) -> AnyEdition:
    """A revision never changes, so it is read once; every page and every batch asks for it."""
    known = _editions.setdefault(connection.engine.pool, {})
    if (revision_id, digest) not in known:
        known[revision_id, digest] = _read(connection, revision_id)
    return known[revision_id, digest]


def _read(connection: Connection, revision_id: int) -> AnyEdition:
    course_id, newsletter_id, stored = connection.execute(_WHOLE, {"which": revision_id}).one()
    found: Any = connection.execute(_LETTERS, {"which": revision_id})
    letters = dict(found.all())
    if course_id is None:
        newsletter = _parsed(Newsletter, stored)
        return NewsletterEdition(newsletter_id, revision_id, newsletter, letters)
    return Edition(course_id, revision_id, _parsed(Sequence, stored), letters)


@lru_cache(maxsize=64)
def _parsed(kind: type[_P], stored: str) -> _P:
    try:
        return kind.from_json(stored)
    except ValueError as error:
        raise NotReadable(f"the revision holds no {kind.__name__.lower()}") from error


def _time(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None
