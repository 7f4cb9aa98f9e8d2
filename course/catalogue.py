"""What is published: the courses, each with the revision in force."""

from dataclasses import dataclass
from datetime import time
from functools import lru_cache
from typing import Protocol

from sqlmodel import Session, col, select

from course.models import Course, Letter, Revision
from sequences.schedule import Window
from sequences.sequence import Sequence


class Paced(Protocol):
    """Whoever has a day and an hour of their own, or none: an enrollment, or its plain values."""

    @property
    def weekday(self) -> int | None: ...

    @property
    def at(self) -> str | None: ...


@dataclass(frozen=True)
class Edition:
    """A course as its newest revision has it. `letters` maps a letter's key to its row."""

    course_id: int
    revision_id: int
    sequence: Sequence
    letters: dict[str, int]

    def window(self, enrollment: Paced, zone: str) -> Window:
        """The subscriber's own day and hour, or the course's."""
        days = None if enrollment.weekday is None else frozenset({enrollment.weekday})
        return self.sequence.schedule.window(zone, days=days, at=_time(enrollment.at))


class NoSuchCourse(LookupError):
    """No course of that name is published."""


def by_slug(session: Session, slug: str) -> Edition:
    """Raises `NoSuchCourse`."""
    if "\0" in slug:  # PostgreSQL can't even look for it
        raise NoSuchCourse(slug)
    course = session.exec(select(Course).where(Course.slug == slug)).one_or_none()
    if course is None or course.id is None:
        raise NoSuchCourse(slug)
    return current(session, course.id)


def current(session: Session, course_id: int) -> Edition:
    """The edition in force. Raises `NoSuchCourse` where the course was never published."""
    newest = session.exec(
        select(Revision.id)
        .where(Revision.course_id == course_id)
        .order_by(col(Revision.number).desc())
    ).first()
    if newest is None:
        raise NoSuchCourse(str(course_id))
    return edition(session, newest)


def edition(session: Session, revision_id: int) -> Edition:
    """The edition that a letter was compiled for, in force or not."""
    course_id, sequence = session.exec(
        select(Revision.course_id, Revision.sequence).where(Revision.id == revision_id)
    ).one()
    keys = session.exec(select(Letter.key, Letter.id).where(Letter.revision_id == revision_id))
    letters = {key: id_ for key, id_ in keys if id_ is not None}
    return Edition(course_id, revision_id, _parse(sequence), letters)


def digest(session: Session, slug: str) -> str:
    """What the revision in force was made of, as `Compilation.digest` has it."""
    newest = by_slug(session, slug).revision_id
    return session.exec(select(Revision.digest).where(Revision.id == newest)).one()


class Shelf:
    """The editions that one batch needs, each fetched once."""

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


@lru_cache(maxsize=64)
def _parse(sequence: str) -> Sequence:
    return Sequence.from_json(sequence)


def _time(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None
