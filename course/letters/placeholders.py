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


class Context(NamedTuple):
    """What one letter's values are made of, for one reader; its links are signed at `now`."""

    links: Links
    to: Addressee
    sequence: Sequence
    now: datetime
    words: Seq[Quote] = ()

    def link(self, purpose: Purpose, id_: int) -> str:
        return self.links.to(purpose, id_, self.now)


Maker = Callable[[Context], Value]


def values_of(names: Iterable[str], context: Context) -> dict[str, Value]:
    """The values of these placeholders. Raises `RenderError` for one this kind doesn't have."""
    makers = MAKERS[context.to.kind]
    try:
        return {name: makers[name](context) for name in names}
    except KeyError as error:
        raise RenderError(f"the letter has no value for {error.args[0]!r}") from error


def all_values(context: Context) -> dict[str, Value]:
    """All that a letter of this kind could say."""
    return values_of(MAKERS[context.to.kind], context)


def _prompt(context: Context) -> str:
    lesson = context.sequence.lesson(context.to.slot)
    return lesson.prompt.text if lesson and lesson.prompt else ""


def _lesson_title(context: Context) -> str:
    lesson = context.sequence.lesson(context.to.slot)
    return lesson.title if lesson else ""


def _step(context: Context) -> int:
    return (
        context.sequence.number(context.to.slot) if context.sequence.lesson(context.to.slot) else 0
    )


def _reflections(context: Context) -> list[dict[str, str]]:
    titles = {lesson.id: lesson.title for lesson in context.sequence.lessons}
    return [
        {"title": titles.get(quote["step"], quote["step"]), "text": quote["text"]}
        for quote in context.words
    ]


def _next_line(what: str) -> Maker:
    return lambda c: _line(c.to.next_send_at, c.to.zone, what)


@lru_cache(maxsize=4096)
def _line(next_send_at: datetime | None, zone: str, what: str) -> str:
    """Many readers of a zone wait for the same hour."""
    return wording.next_line(next_send_at, zone, what)


_COMMON: Mapping[str, Maker] = {
    "greeting": lambda c: wording.greeting(c.to.first_name),
    "first_name": lambda c: c.to.first_name,
    "address": lambda c: c.to.address,
    "brand": lambda c: c.sequence.brand.name,
    "course_title": lambda c: c.sequence.title,
    "home_url": lambda c: c.links.home(),
    "journal_url": lambda c: c.links.journal(),
    "pace_url": lambda c: c.link(Purpose.PACE, c.to.enrollment_id),
    "leave_url": lambda c: c.link(Purpose.LEAVE, c.to.enrollment_id),
    "view_url": lambda c: c.link(Purpose.VIEW, c.to.delivery_id),
}
_LESSON: Mapping[str, Maker] = {
    "lesson_title": _lesson_title,
    "prompt": _prompt,
    "step": _step,
    "steps": lambda c: len(c.sequence.lessons),
    "reflect_url": lambda c: c.link(Purpose.REFLECT, c.to.delivery_id),
    "calendar_url": lambda c: c.link(Purpose.VIEW, c.to.delivery_id) + "/calendar",
    "next_line": _next_line("next letter"),
}
_SAMPLER: Mapping[str, Maker] = {
    "sampler_url": lambda c: c.link(Purpose.SAMPLER, c.to.enrollment_id),
    "sampler_pdf_url": lambda c: c.link(Purpose.SAMPLER, c.to.enrollment_id) + ".pdf",
    "next_line": _next_line("first lesson"),
}
_OWN: Mapping[DeliveryKind, Mapping[str, Maker]] = {
    DeliveryKind.CONFIRMATION: {
        "confirm_url": lambda c: c.link(Purpose.CONFIRM, c.to.enrollment_id)
    },
    DeliveryKind.ALREADY: {},
    DeliveryKind.BROADCAST: {},
    DeliveryKind.SAMPLER: _SAMPLER,
    DeliveryKind.LESSON: _LESSON,
    DeliveryKind.NUDGE: _LESSON,
    DeliveryKind.CLOSING: {"reflections": _reflections},
    DeliveryKind.JOURNAL: {"open_url": lambda c: c.link(Purpose.JOURNAL, c.to.subscriber_id)},
    DeliveryKind.ERASURE: {"erase_url": lambda c: c.link(Purpose.ERASE, c.to.subscriber_id)},
}
MAKERS = {kind: {**_COMMON, **own} for kind, own in _OWN.items()}
