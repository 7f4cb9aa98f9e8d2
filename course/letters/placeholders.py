"""What letters may say of a reader: each placeholder's value, made when a letter asks for it.

Plain values only: there is no object to climb. A kind of letter has its own placeholders and no
others: a lesson, which gets forwarded, could never hold the key to a journal.
"""

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Sequence as Seq
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from course.letters import wording
from course.letters.addressee import Addressee
from course.models import DeliveryKind
from course.runtime.links import Links
from emails.errors import RenderError
from emails.letter.compiling import Value
from emails.tokens import Purpose
from sequences.sequence import Sequence

Quote = dict[str, str]


class Case(NamedTuple):
    """One reader of one letter, and what its links are made with."""

    links: Links
    to: Addressee
    sequence: Sequence
    now: datetime
    words: Seq[Quote] = ()

    def link(self, purpose: Purpose, id_: int) -> str:
        return self.links.to(purpose, id_, self.now)


Maker = Callable[[Case], Value]


def values_of(names: Iterable[str], case: Case) -> dict[str, Value]:
    """The values of these placeholders. Raises `RenderError` for one this kind doesn't have."""
    makers = MAKERS[case.to.kind]
    try:
        return {name: makers[name](case) for name in names}
    except KeyError as error:
        raise RenderError(f"the letter has no value for {error.args[0]!r}") from error


def every(case: Case) -> dict[str, Value]:
    """All that a letter of this kind could say."""
    return values_of(MAKERS[case.to.kind], case)


def _prompt(case: Case) -> str:
    lesson = case.sequence.lesson(case.to.slot)
    return lesson.prompt.text if lesson and lesson.prompt else ""


def _lesson_title(case: Case) -> str:
    lesson = case.sequence.lesson(case.to.slot)
    return lesson.title if lesson else ""


def _step(case: Case) -> int:
    return case.sequence.number(case.to.slot) if case.sequence.lesson(case.to.slot) else 0


def _reflections(case: Case) -> list[dict[str, str]]:
    titles = {lesson.id: lesson.title for lesson in case.sequence.lessons}
    return [
        {"title": titles.get(quote["step"], quote["step"]), "text": quote["text"]}
        for quote in case.words
    ]


def _next_line(what: str) -> Maker:
    return lambda case: _line(case.to.next_send_at, case.to.zone, what)


@lru_cache(maxsize=4096)
def _line(next_send_at: datetime | None, zone: str, what: str) -> str:
    """Many readers of a zone wait for the same hour."""
    return wording.next_line(next_send_at, zone, what)


_COMMON: Mapping[str, Maker] = {
    "greeting": lambda case: wording.greeting(case.to.first_name),
    "first_name": lambda case: case.to.first_name,
    "address": lambda case: case.to.address,
    "brand": lambda case: case.sequence.brand.name,
    "course_title": lambda case: case.sequence.title,
    "home_url": lambda case: case.links.home(),
    "journal_url": lambda case: case.links.journal(),
    "pace_url": lambda case: case.link(Purpose.PACE, case.to.enrollment_id),
    "leave_url": lambda case: case.link(Purpose.LEAVE, case.to.enrollment_id),
    "view_url": lambda case: case.link(Purpose.VIEW, case.to.delivery_id),
}
_LESSON: Mapping[str, Maker] = {
    "lesson_title": _lesson_title,
    "prompt": _prompt,
    "step": _step,
    "steps": lambda case: len(case.sequence.lessons),
    "reflect_url": lambda case: case.link(Purpose.REFLECT, case.to.delivery_id),
    "calendar_url": lambda case: case.link(Purpose.VIEW, case.to.delivery_id) + "/calendar",
    "next_line": _next_line("next letter"),
}
_SAMPLER: Mapping[str, Maker] = {
    "sampler_url": lambda case: case.link(Purpose.SAMPLER, case.to.enrollment_id),
    "sampler_pdf_url": lambda case: case.link(Purpose.SAMPLER, case.to.enrollment_id) + ".pdf",
    "next_line": _next_line("first lesson"),
}
_OWN: Mapping[DeliveryKind, Mapping[str, Maker]] = {
    DeliveryKind.CONFIRMATION: {
        "confirm_url": lambda case: case.link(Purpose.CONFIRM, case.to.enrollment_id)
    },
    DeliveryKind.ALREADY: {},
    DeliveryKind.BROADCAST: {},
    DeliveryKind.SAMPLER: _SAMPLER,
    DeliveryKind.LESSON: _LESSON,
    DeliveryKind.NUDGE: _LESSON,
    DeliveryKind.CLOSING: {"reflections": _reflections},
    DeliveryKind.JOURNAL: {
        "open_url": lambda case: case.link(Purpose.JOURNAL, case.to.subscriber_id)
    },
    DeliveryKind.ERASURE: {
        "erase_url": lambda case: case.link(Purpose.ERASE, case.to.subscriber_id)
    },
}
MAKERS = {kind: {**_COMMON, **own} for kind, own in _OWN.items()}
