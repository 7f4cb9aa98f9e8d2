"""Writing, changing and deleting reflections."""

from datetime import datetime, timedelta

from sqlmodel import Session, col

from course.i18n.catalogs import marked
from course.models import Delivery, DeliveryKind, Enrollment, Reflection
from course.outbox import deliveries
from course.runtime import scrubbing

# About twenty pages: more is likely a slip of the clipboard.
LONGEST = 40_000

# What was written from a letter's page can be changed from that page for this long.
CHANGEABLE = timedelta(hours=1)


class NotWritten(ValueError):
    """The text can't be kept; the sentence, with its values, says why, for the page."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence % values)
        self.sentence, self.values = sentence, values


def reflect(session: Session, delivery: Delivery, text: str, now: datetime) -> Reflection:
    """Add an answer to the lesson that `delivery` carried. Raises `NotWritten`."""
    reflection = Reflection(
        enrollment_id=delivery.enrollment_id or 0,
        round=delivery.round,
        step=delivery.slot,
        text=_validated(text),
        written_at=now,
    )
    session.add(reflection)
    _call_off_nudge(session, delivery)
    session.flush()
    return reflection


def find_editable(
    session: Session, id_: int, delivery: Delivery, now: datetime
) -> Reflection | None:
    """The reflection, if it was written from this letter's page within the hour."""
    found = session.get(Reflection, id_)
    if found is None or found.enrollment_id != delivery.enrollment_id:
        return None
    return found if now - found.written_at <= CHANGEABLE and found.step == delivery.slot else None


def change(session: Session, reflection: Reflection, text: str, now: datetime) -> None:
    """Replace the text; nothing is left of the old one. Raises `NotWritten`."""
    reflection.text, reflection.edited_at = _validated(text), now
    scrubbing.request(session)


def remove(session: Session, reflection: Reflection) -> None:
    session.delete(reflection)
    scrubbing.request(session)


def _validated(text: str) -> str:
    kept = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not kept:
        raise NotWritten(marked("There’s nothing here yet. A single sentence is enough."))
    if len(kept) > LONGEST:
        raise NotWritten(
            marked("This has %(length)s characters, and %(most)s fit. Please shorten it."),
            length=len(kept),
            most=LONGEST,
        )
    return kept


def _call_off_nudge(session: Session, delivery: Delivery) -> None:
    """The one that is to come, and the one that is written but not sent."""
    enrollment = session.get_one(Enrollment, delivery.enrollment_id)
    if (enrollment.round, enrollment.nudge_step) == (delivery.round, delivery.slot):
        enrollment.nudge_at = None
    deliveries.withdraw(
        session,
        col(Delivery.enrollment_id) == delivery.enrollment_id,
        col(Delivery.round) == delivery.round,
        col(Delivery.kind) == DeliveryKind.NUDGE,
        col(Delivery.slot) == delivery.slot,
    )
