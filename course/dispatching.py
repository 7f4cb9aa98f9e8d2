"""The clock's work: who is due gets a row in the outbox, and the slot after that one."""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update
from sqlmodel import Session, col, select

from course import catalogue, outbox
from course.models import (
    DeliveryKind,
    Enrollment,
    EnrollmentState,
    Reflection,
    Subscriber,
)
from course.writing import Writer
from sequences.progress import Finish, Progress, Send, Wait, decide, nudge_at

log = logging.getLogger(__name__)

BATCH = 500

Place = tuple[Enrollment, str]  # an enrollment and its subscriber's zone


def dispatch_due(session: Session, writer: Writer, now: datetime) -> int:
    """Write up to a batch of letters whose hour has come; how many enrollments moved on."""
    places = _due(session, Enrollment.next_send_at, now)
    shelf = catalogue.Shelf(session)
    rows, moves = [], []
    for enrollment, zone in places:
        try:
            edition = shelf.current(enrollment.course_id)
            step = _step(edition, enrollment, zone, now)
            move = {"its_id": enrollment.id, **_move(edition, enrollment, zone, step)}
            if isinstance(step, Send):
                rows.append(_letter(writer, edition, enrollment, step, now))
            moves.append(move)
        except (LookupError, ValueError) as error:
            # A zone that is no more, say: it holds up none of the others.
            log.error("enrollment %s can't go on: %r", enrollment.id, error)
    outbox.put(session, rows)
    _update(session, moves)
    return len(moves)


def nudge_due(session: Session, writer: Writer, now: datetime) -> int:
    """Ask once more about a lesson, if nothing was written. A nudge that is late is dropped."""
    places = _due(session, Enrollment.nudge_at, now)
    shelf = catalogue.Shelf(session)
    written = _written(session, (enrollment for enrollment, _ in places))
    rows = []
    for enrollment, _zone in places:
        edition = shelf.current(enrollment.course_id)
        limit = edition.sequence.schedule.lateness
        step, due_at = enrollment.nudge_step or "", enrollment.nudge_at or now
        if (
            enrollment.state is EnrollmentState.ACTIVE
            and _asks(edition, step)
            and now - due_at <= limit
            and (enrollment.id, enrollment.round, step) not in written
        ):
            rows.append(
                writer.row(edition, enrollment, DeliveryKind.NUDGE, step, due_at, now, limit)
            )
    outbox.put(session, rows)
    _update(session, [{"its_id": enrollment.id, "nudge_at": None} for enrollment, _ in places])
    return len(places)


def _due(session: Session, column: Any, now: datetime) -> list[Place]:
    found = session.exec(
        select(Enrollment, Subscriber.zone)
        .join(Subscriber, col(Subscriber.id) == Enrollment.subscriber_id)
        .where(column <= now)
        .order_by(column, col(Enrollment.id))
        .limit(BATCH)
        .with_for_update(skip_locked=True, key_share=True, of=Enrollment)
    )
    return list(found)


def _step(
    edition: catalogue.Edition, enrollment: Enrollment, zone: str, now: datetime
) -> Send | Wait | Finish:
    window = edition.window(enrollment, zone)
    progress = Progress(frozenset(enrollment.done), enrollment.next_send_at, window)
    return decide(edition.sequence, progress, now)


def _asks(edition: catalogue.Edition, step: str) -> bool:
    """The course still has that lesson, with its question, and a letter to ask it again."""
    lesson = edition.sequence.lesson(step)
    return lesson is not None and lesson.prompt is not None and "nudge" in edition.letters


def _letter(
    writer: Writer, edition: catalogue.Edition, enrollment: Enrollment, step: Send, now: datetime
) -> dict[str, Any]:
    kind = DeliveryKind.CLOSING if step.step == "closing" else DeliveryKind.LESSON
    limit = edition.sequence.schedule.lateness
    return writer.row(edition, enrollment, kind, step.step, step.slot, now, limit)


def _move(
    edition: catalogue.Edition, enrollment: Enrollment, zone: str, step: Send | Wait | Finish
) -> dict[str, Any]:
    """The enrollment's columns after the step."""
    if isinstance(step, Send):
        return _sent(edition, enrollment, zone, step)
    stays = {
        "done": enrollment.done,
        "last_sent_at": enrollment.last_sent_at,
        "nudge_at": enrollment.nudge_at,
        "nudge_step": enrollment.nudge_step,
        "paused_until": enrollment.paused_until,
    }
    if isinstance(step, Wait):
        return {**stays, "state": enrollment.state, "next_send_at": step.until}
    return {**stays, "state": EnrollmentState.FINISHED, "next_send_at": None}


def _sent(
    edition: catalogue.Edition, enrollment: Enrollment, zone: str, step: Send
) -> dict[str, Any]:
    sequence = edition.sequence
    asks = _asks(edition, step.step)
    window = edition.window(enrollment, zone)
    over = step.next_send_at is None
    return {
        "done": [*enrollment.done, step.step],
        "state": EnrollmentState.FINISHED if over else EnrollmentState.ACTIVE,
        "last_sent_at": step.slot,
        "next_send_at": step.next_send_at,
        "nudge_at": nudge_at(sequence.schedule, step.slot, window) if asks else None,
        "nudge_step": step.step if asks else None,
        "paused_until": None,
    }


def _update(session: Session, rows: list[dict[str, Any]]) -> None:
    """One statement for the batch."""
    if not rows:
        return
    table = Enrollment.__table__  # type: ignore[attr-defined]
    values: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "its_id"}
    session.connection().execute(
        update(table).where(table.c.id == bindparam("its_id")).values(values), rows
    )


def _written(session: Session, enrollments: Iterable[Enrollment]) -> set[tuple[int, int, str]]:
    """The (enrollment, round, lesson) that have a reflection."""
    ids = [enrollment.id for enrollment in enrollments]
    found = session.exec(
        select(Reflection.enrollment_id, Reflection.round, Reflection.step).where(
            col(Reflection.enrollment_id).in_(ids)
        )
    )
    return set(found)
