"""The journal's entries, as their owner reads them: by lesson, in order."""

from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from course.letters import catalogue, wording
from course.models import Enrollment, Reflection, Subscriber
from sequences.sequence import Sequence


@dataclass(frozen=True)
class Entry:
    """One reflection with the enrollment it belongs to."""

    reflection: Reflection
    enrollment: Enrollment


def journal(session: Session, subscriber_id: int) -> list[Entry]:
    """All that a subscriber wrote, in the order it was written."""
    found = session.exec(
        select(Reflection, Enrollment)
        .join(Enrollment, col(Enrollment.id) == Reflection.enrollment_id)
        .where(Enrollment.subscriber_id == subscriber_id)
        .order_by(col(Reflection.written_at), col(Reflection.id))
    )
    return [Entry(reflection, enrollment) for reflection, enrollment in found]


def entry(session: Session, subscriber_id: int, id_: int) -> Entry | None:
    """One of the subscriber's own; None for anybody else's."""
    return next((e for e in journal(session, subscriber_id) if e.reflection.id == id_), None)


@dataclass(frozen=True)
class Page:
    """One reflection. `written` and `edited` are in its reader's zone, in words."""

    id: int
    text: str
    written: str
    edited: str | None


@dataclass
class Chapter:
    """A lesson and what was written for it. `step` is none where the lesson is gone."""

    course_title: str
    lesson_title: str
    step: int | None
    prompt: list[str]
    reflections: list[Page] = field(default_factory=list)


def chapters(session: Session, subscriber: Subscriber) -> list[Chapter]:
    """In the order of the course; lessons that nothing was written for are left out."""
    found: dict[tuple[int, str], Chapter] = {}
    editions = catalogue.EditionCache(session)
    for entry in journal(session, subscriber.id or 0):
        reflection, enrollment = entry.reflection, entry.enrollment
        course_id, zone = enrollment.course_id, enrollment.zone
        sequence = editions.current(course_id).sequence
        chapter = found.setdefault(
            (course_id, reflection.step), _chapter(sequence, reflection.step)
        )
        edited = reflection.edited_at
        chapter.reflections.append(
            Page(
                id=reflection.id or 0,
                text=reflection.text,
                written=wording.moment(reflection.written_at, zone),
                edited=wording.moment(edited, zone) if edited else None,
            )
        )
    return sorted(found.values(), key=lambda chapter: (chapter.course_title, chapter.step or 99))


def _chapter(sequence: Sequence, step: str) -> Chapter:
    lesson = sequence.lesson(step)
    if lesson is None:
        return Chapter(sequence.title, step, None, [])
    prompt = lesson.prompt.text.split("\n\n") if lesson.prompt else []
    return Chapter(sequence.title, lesson.title, sequence.number(step), prompt)
