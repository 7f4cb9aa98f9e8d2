"""The journal as its owner reads it and takes it away: by lesson, in order."""

import json as json_
import re
from dataclasses import asdict, dataclass, field

from sqlmodel import Session

from course.journal import reflecting
from course.letters import catalogue, wording
from course.models import Subscriber
from sequences.sequence import Sequence


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
    for entry in reflecting.journal(session, subscriber.id or 0):
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


def markdown(chapters: list[Chapter]) -> str:
    """To read, print or keep anywhere."""
    lines = ["# My journal", ""]
    for chapter in chapters:
        lines += [f"## {chapter.lesson_title}", ""]
        lines += [f"> {paragraph}\n>" for paragraph in chapter.prompt]
        lines[-1:] = [lines[-1].removesuffix("\n>"), ""]
        for page in chapter.reflections:
            lines += [f"*{page.written}*", "", *_fenced(page.text), ""]
    return "\n".join(lines)


def _fenced(text: str) -> list[str]:
    """As it was written, and nothing else: whoever held a forwarded lesson may have written it.

    No picture, heading or tag in it is one, as the fence is longer than any in it (CommonMark 4.5).
    """
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}text", text, fence]


def json(chapters: list[Chapter]) -> str:
    """The same, for a program."""
    return json_.dumps([asdict(chapter) for chapter in chapters], ensure_ascii=False, indent=2)


def _chapter(sequence: Sequence, step: str) -> Chapter:
    lesson = sequence.lesson(step)
    if lesson is None:
        return Chapter(sequence.title, step, None, [])
    prompt = lesson.prompt.text.split("\n\n") if lesson.prompt else []
    return Chapter(sequence.title, lesson.title, sequence.number(step), prompt)
