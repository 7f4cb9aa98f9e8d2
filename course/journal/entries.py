"""The journal's entries, as their owner reads them: by lesson, in order."""

from dataclasses import dataclass, field

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from course.i18n import dates
from course.i18n.catalogs import Catalog
from course.letters import catalogue
from course.models import Enrollment, Reflection
from sequences.sequence import Sequence


@dataclass(frozen=True)
class JournalEntry:
    """One reflection. `written` and `edited` are in its reader's zone, in words.

    `written_at` and `edited_at` are the same for programs: ISO 8601, with the zone's offset.
    """

    id: int
    text: str
    written: str
    edited: str | None
    written_at: str
    edited_at: str | None


@dataclass
class Chapter:
    """A lesson and what was written for it. `number` is none where the lesson is gone."""

    course_title: str
    lesson_title: str
    number: int | None
    prompt: list[str]
    reflections: list[JournalEntry] = field(default_factory=list)


@dataclass(frozen=True)
class StoredEntry:
    """A reflection's row, and the enrollment it belongs to."""

    reflection: Reflection
    enrollment: Enrollment


def chapters(session: Session, subscriber_id: int, catalog: Catalog) -> list[Chapter]:
    """All that a subscriber wrote, in the order of the course; dates in the page's language.

    Lessons that nothing was written for are left out.
    """
    found: dict[tuple[int, str], Chapter] = {}
    editions = catalogue.EditionCache(session)
    for entry in (StoredEntry(*row) for row in session.exec(_of(subscriber_id))):
        course_id, step = entry.enrollment.course_id, entry.reflection.step
        sequence = editions.current(course_id).sequence
        chapter = found.setdefault((course_id, step), _chapter(sequence, step))
        chapter.reflections.append(_shown(entry, catalog))
    return sorted(found.values(), key=lambda chapter: (chapter.course_title, chapter.number or 99))


def has_any(session: Session, subscriber_id: int) -> bool:
    return session.exec(_of(subscriber_id).limit(1)).first() is not None


def find(session: Session, subscriber_id: int, id_: int) -> StoredEntry | None:
    """One of the subscriber's own; None for anybody else's."""
    found = session.exec(_of(subscriber_id).where(col(Reflection.id) == id_)).one_or_none()
    return StoredEntry(*found) if found else None


def chapter_of(session: Session, entry: StoredEntry) -> Chapter:
    """The lesson that it was written for, without any reflections."""
    edition = catalogue.current(session, entry.enrollment.course_id)
    return _chapter(edition.sequence, entry.reflection.step)


def _of(subscriber_id: int) -> Select[Reflection, Enrollment]:
    """In the order they were written."""
    return (
        select(Reflection, Enrollment)
        .join(Enrollment, col(Enrollment.id) == Reflection.enrollment_id)
        .where(Enrollment.subscriber_id == subscriber_id)
        .order_by(col(Reflection.written_at), col(Reflection.id))
    )


def _shown(entry: StoredEntry, catalog: Catalog) -> JournalEntry:
    reflection, zone = entry.reflection, entry.enrollment.zone
    edited = reflection.edited_at
    return JournalEntry(
        id=reflection.id or 0,
        text=reflection.text,
        written=dates.full_moment(reflection.written_at, zone, catalog),
        edited=dates.full_moment(edited, zone, catalog) if edited else None,
        written_at=dates.iso(reflection.written_at, zone),
        edited_at=dates.iso(edited, zone) if edited else None,
    )


def _chapter(sequence: Sequence, step: str) -> Chapter:
    lesson = sequence.lesson(step)
    if lesson is None:
        return Chapter(sequence.title, step, None, [])
    return Chapter(sequence.title, lesson.title, sequence.number(step), lesson.prompt_paragraphs)
