"""What the author may see: people and letters in numbers. Reflections are not among them."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from course import catalogue, wording
from course.models import (
    Course,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Enrollment,
    Reflection,
    Subscriber,
)

# The newest rows of each table; the whole of it is a matter for the command line.
SHOWN = 100

TROUBLE = (
    DeliveryState.REFUSED,
    DeliveryState.DEFERRED,
    DeliveryState.UNCERTAIN,
    DeliveryState.FAILED,
)

Row = dict[str, Any]


@dataclass(frozen=True)
class Overview:
    """Plain values for a page or a terminal. Times are in UTC, in words."""

    totals: dict[str, int]
    courses: list[Row]
    subscribers: list[Row]
    failures: list[Row]


def overview(session: Session) -> Overview:
    return Overview(
        totals=_totals(session),
        courses=[_course(session, course) for course in session.exec(select(Course))],
        subscribers=subscribers(session),
        failures=_failures(session),
    )


def subscribers(session: Session, limit: int = SHOWN) -> list[Row]:
    """One row for each enrollment, the newest first."""
    found = session.exec(
        select(Enrollment, Subscriber)
        .join(Subscriber, col(Subscriber.id) == Enrollment.subscriber_id)
        .order_by(col(Enrollment.id).desc())
        .limit(limit)
    )
    shelf = catalogue.Shelf(session)
    return [_subscriber(shelf, enrollment, subscriber) for enrollment, subscriber in found]


def _totals(session: Session) -> dict[str, int]:
    states = _counts(session, col(Subscriber.state))
    letters = _counts(session, col(Delivery.state))
    written = session.exec(select(func.count()).select_from(Reflection)).one()
    return {
        "confirmed": states["confirmed"],
        "to confirm": states["pending"],
        "left": states["left"],
        "letters sent": letters["sent"],
        "waiting": letters["due"] + letters["attempting"],
        "in trouble": sum(letters[state] for state in TROUBLE),
        "reflections": written,
    }


def _counts(session: Session, column: Any) -> Counter[str]:
    return Counter(dict(session.exec(select(column, func.count()).group_by(column)).all()))


def _course(session: Session, course: Course) -> Row:
    sequence = catalogue.current(session, course.id or 0).sequence
    sent, failed = _by_step(session, course)
    here: Counter[str] = Counter()
    for done, next_send_at in session.exec(
        select(Enrollment.done, Enrollment.next_send_at).where(Enrollment.course_id == course.id)
    ):
        step = next((step for step in sequence.steps if step not in done), None)
        if step and next_send_at:
            here[step] += 1
    rows = [
        {
            "step": _title(sequence, step),
            "waiting": here[step],
            "sent": sent[step],
            "failed": failed[step],
        }
        for step in sequence.steps
    ]
    return {"title": course.title, "rows": rows}


def _by_step(session: Session, course: Course) -> tuple[Counter[str], Counter[str]]:
    sent: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    counts = session.exec(
        select(Delivery.slot, Delivery.state, func.count())
        .join(Enrollment, col(Enrollment.id) == Delivery.enrollment_id)
        .where(Enrollment.course_id == course.id)
        .where(col(Delivery.kind).in_((DeliveryKind.LESSON, DeliveryKind.CLOSING)))
        .group_by(col(Delivery.slot), col(Delivery.state))
    )
    for slot, state, count in counts:
        if state == DeliveryState.SENT:
            sent[slot] += count
        elif state in TROUBLE:
            failed[slot] += count
    return sent, failed


def _subscriber(shelf: catalogue.Shelf, enrollment: Enrollment, subscriber: Subscriber) -> Row:
    sequence = shelf.current(enrollment.course_id).sequence
    step = next((step for step in sequence.steps if step not in enrollment.done), None)
    return {
        "id": subscriber.id,
        "address": subscriber.address,
        "state": enrollment.state.value,
        "course": sequence.title,
        "step": _title(sequence, step) if step else "all received",
        "next_letter": _when(enrollment.next_send_at),
        "last": _when(enrollment.last_sent_at),
    }


def _failures(session: Session) -> list[Row]:
    found = session.exec(
        select(Delivery, Subscriber.address)
        .join(Subscriber, col(Subscriber.id) == Delivery.subscriber_id)
        .where(col(Delivery.state).in_(TROUBLE))
        .order_by(col(Delivery.due_at).desc())
        .limit(SHOWN)
    )
    return [
        {
            "when": _when(delivery.due_at),
            "kind": delivery.kind.value,
            "address": address,
            "state": delivery.state.value,
            "words": delivery.words,
            "attempts": delivery.attempts,
        }
        for delivery, address in found
    ]


def _title(sequence: Any, step: str) -> str:
    found = sequence.lesson(step) or sequence.letter(step)
    return str(found.title) if found else step


def _when(at: datetime | None) -> str:
    return wording.moment(at, "UTC") if at else ""
