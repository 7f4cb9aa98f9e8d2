"""A delivery's row → the message that goes out: the letter, with one person's values."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr

from sqlmodel import Session, col, select

from course import catalogue, wording
from course.config import Settings
from course.links import Links
from course.models import Delivery, DeliveryKind, Enrollment, Letter, Reflection, Subscriber
from emails.errors import EmailError, RenderError
from emails.letter import Letter as Compiled
from emails.letter import Value, render
from emails.message import Head, compose
from emails.tokens import Purpose
from emails.transports import Outgoing
from sequences.sequence import Lesson

Quote = dict[str, str]

# A closing letter gives a few lines of each answer back; all of it is in the journal.
LONGEST_QUOTE = 600

# What somebody asked for a moment ago is no mailing of ours (RFC 3834, section 5).
AUTO_GENERATED = (DeliveryKind.LESSON, DeliveryKind.NUDGE, DeliveryKind.CLOSING)


@dataclass(frozen=True)
class Addressed:
    """All that one message is made of."""

    delivery: Delivery
    enrollment: Enrollment
    subscriber: Subscriber
    letter: Compiled
    edition: catalogue.Edition


@dataclass(frozen=True)
class Press:
    """Prints messages for one installation."""

    settings: Settings
    links: Links

    def messages(
        self, session: Session, ids: Iterable[int], now: datetime
    ) -> dict[int, Outgoing | EmailError]:
        """By delivery's id: the message, or why it can't be made."""
        printed: dict[int, Outgoing | EmailError] = {}
        for addressed in fetch(session, ids):
            id_ = addressed.delivery.id or 0
            try:
                printed[id_] = self.message(addressed, now, own_words(session, addressed))
            except EmailError as error:
                printed[id_] = error
            except (ValueError, LookupError, TypeError) as error:
                # One letter that nobody foresaw must not hold up the batch it is in. The error's
                # own words may quote the reader.
                printed[id_] = RenderError(f"{type(error).__name__}, a mistake in the program")
        return printed

    def message(self, addressed: Addressed, now: datetime, words: list[Quote]) -> Outgoing:
        """Raises `RenderError`."""
        rendered = render(addressed.letter, self.values(addressed, now, words))
        return Outgoing(
            id=addressed.delivery.id or 0,
            sender=parseaddr(self.settings.mail_from)[1],
            recipient=addressed.subscriber.address,
            data=compose(rendered, self._head(addressed, now)),
        )

    def values(self, addressed: Addressed, now: datetime, words: list[Quote]) -> dict[str, Value]:
        """What the letter may say. Plain values only: there is no object to climb."""
        return {
            **_common(self.links, addressed, now),
            **_of_the_kind(self.links, addressed, now, words),
        }

    def _head(self, addressed: Addressed, now: datetime) -> Head:
        delivery, sequence = addressed.delivery, addressed.edition.sequence
        leave = self.links.to(Purpose.LEAVE, addressed.enrollment.id or 0, now)
        inbox = parseaddr(self.settings.mail_inbox)[1]
        return Head(
            message_id=delivery.message_id,
            date=now,
            sender=self.settings.mail_from,
            recipient=addressed.subscriber.address,
            reply_to=None,
            list_id=f"{sequence.title} <{sequence.slug}.{self.settings.mail_domain}>",
            feedback_id=f"{delivery.letter_id}:{sequence.slug}:{delivery.kind}:letterpath",
            unsubscribe_url=leave,
            unsubscribe_mailto=f"mailto:{inbox}?subject=leave%20{leave.rpartition('/')[2]}",
            auto_generated=delivery.kind in AUTO_GENERATED,
        )


def fetch(session: Session, ids: Iterable[int]) -> list[Addressed]:
    """The deliveries with all that belongs to them, in the order they were written."""
    found = session.exec(
        select(Delivery, Enrollment, Subscriber, Letter)
        .join(Enrollment, col(Enrollment.id) == Delivery.enrollment_id)
        .join(Subscriber, col(Subscriber.id) == Delivery.subscriber_id)
        .join(Letter, col(Letter.id) == Delivery.letter_id)
        .where(col(Delivery.id).in_(list(ids)))
        .order_by(col(Delivery.id))
    ).all()
    revisions = {letter.revision_id for *_, letter in found}
    editions = {id_: catalogue.edition(session, id_) for id_ in revisions}
    return [
        Addressed(
            delivery,
            enrollment,
            subscriber,
            Compiled(subject=letter.subject, html=letter.html, text=letter.text),
            editions[letter.revision_id],
        )
        for delivery, enrollment, subscriber, letter in found
    ]


def own_words(session: Session, addressed: Addressed) -> list[Quote]:
    """What the reader wrote in this round, for the letter that gives it back and for no other."""
    if addressed.delivery.kind is not DeliveryKind.CLOSING:
        return []
    written = session.exec(
        select(Reflection)
        .where(Reflection.enrollment_id == addressed.enrollment.id)
        .where(Reflection.round == addressed.delivery.round)
        .order_by(col(Reflection.id))
    )
    lessons = {lesson.id: lesson.title for lesson in addressed.edition.sequence.lessons}
    return [
        {
            "title": lessons.get(reflection.step, reflection.step),
            "text": _shortened(reflection.text),
        }
        for reflection in written
    ]


def _common(links: Links, addressed: Addressed, now: datetime) -> dict[str, Value]:
    subscriber, sequence = addressed.subscriber, addressed.edition.sequence
    enrollment_id, delivery_id = addressed.enrollment.id or 0, addressed.delivery.id or 0
    return {
        "greeting": wording.greeting(subscriber.first_name),
        "first_name": subscriber.first_name,
        "address": subscriber.address,
        "brand": sequence.brand.name,
        "course_title": sequence.title,
        "home_url": links.home(),
        "journal_url": links.journal(),
        "pace_url": links.to(Purpose.PACE, enrollment_id, now),
        "leave_url": links.to(Purpose.LEAVE, enrollment_id, now),
        "view_url": links.to(Purpose.VIEW, delivery_id, now),
    }


def _of_the_kind(
    links: Links, addressed: Addressed, now: datetime, words: list[Quote]
) -> dict[str, Value]:
    subscriber_id, enrollment_id = addressed.subscriber.id or 0, addressed.enrollment.id or 0
    match addressed.delivery.kind:
        case DeliveryKind.CONFIRMATION:
            return {"confirm_url": links.to(Purpose.CONFIRM, enrollment_id, now)}
        case DeliveryKind.JOURNAL:
            return {"open_url": links.to(Purpose.JOURNAL, subscriber_id, now)}
        case DeliveryKind.ERASURE:
            return {"erase_url": links.to(Purpose.ERASE, subscriber_id, now)}
        case DeliveryKind.SAMPLER:
            sampler = links.to(Purpose.SAMPLER, enrollment_id, now)
            first = _next_line(addressed, "first lesson")
            return {"sampler_url": sampler, "sampler_pdf_url": f"{sampler}.pdf", "next_line": first}
        case DeliveryKind.LESSON | DeliveryKind.NUDGE:
            return _of_a_lesson(links, addressed, now)
        case DeliveryKind.CLOSING:
            return {"reflections": words}
        case DeliveryKind.ALREADY:
            return {}


def _of_a_lesson(links: Links, addressed: Addressed, now: datetime) -> dict[str, Value]:
    sequence, step = addressed.edition.sequence, addressed.delivery.slot
    lesson = sequence.lesson(step)
    return {
        "lesson_title": lesson.title if lesson else "",
        "prompt": _prompt(lesson),
        "step": sequence.number(step) if lesson else 0,
        "steps": len(sequence.lessons),
        "reflect_url": links.to(Purpose.REFLECT, addressed.delivery.id or 0, now),
        "calendar_url": links.to(Purpose.VIEW, addressed.delivery.id or 0, now) + "/calendar",
        "next_line": _next_line(addressed, "next letter"),
    }


def _next_line(addressed: Addressed, what: str) -> str:
    return wording.next_line(addressed.enrollment.next_send_at, addressed.subscriber.zone, what)


def _prompt(lesson: Lesson | None) -> str:
    return lesson.prompt.text if lesson and lesson.prompt else ""


def _shortened(text: str) -> str:
    if len(text) <= LONGEST_QUOTE:
        return text
    return text[:LONGEST_QUOTE].rsplit(maxsplit=1)[0] + " … (the rest is in your journal)"
