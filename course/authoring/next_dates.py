"""The dates of the next letters, where a new revision has other days, hours or distances.

Who chose days or an hour of their own keeps what they chose.
"""

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, update
from sqlmodel import Session

from course.db import bulk
from course.letters import catalogue
from course.models import Enrollment
from course.models.columns import Moment, table
from sequences.course_schedule import Schedule
from sequences.progress import resume_at
from sequences.schedule import Window

# Enrollments in one statement.
BATCH = 500

_enrollment = table(Enrollment)


class Waiting(NamedTuple):
    """An enrollment whose next letter is not due yet."""

    id: int
    days: str | None
    at: str | None
    zone: str
    last_sent_at: datetime | None
    paused_until: datetime | None


def move(
    session: Session, course_id: int, before: Schedule, after: Schedule, now: datetime
) -> None:
    """From `before` to the first opening of `after`; what is due already goes out.

    The rows are locked (`FOR NO KEY UPDATE`) until the transaction ends.
    """
    known: dict[Any, datetime | None] = {}
    last = 0
    while readers := _waiting(session, course_id, now, last):
        last = readers[-1].id
        moved: dict[datetime, list[tuple[int]]] = {}
        for reader in readers:
            alike = (reader.days, reader.at, reader.zone, reader.last_sent_at, reader.paused_until)
            if alike not in known:
                known[alike] = _opening(before, after, reader, now)
            if (at := known[alike]) is not None:
                moved.setdefault(at, []).append((reader.id,))
        if moved:
            rows = bulk.values_parameter(session, list(moved.items()))
            session.connection().execute(_save(bulk.dialect(session)), rows)


def _opening(before: Schedule, after: Schedule, reader: Waiting, now: datetime) -> datetime | None:
    """None where nothing changes for this reader and those who are alike."""
    window = catalogue.window(after, reader)
    if _rhythm(after, window) == _rhythm(before, catalogue.window(before, reader)):
        return None
    begins = max(reader.paused_until or now, now)
    return resume_at(after, begins, window, reader.last_sent_at)


def _rhythm(schedule: Schedule, window: Window) -> tuple[Any, ...]:
    return window, schedule.distance(window.pattern)


def _waiting(session: Session, course_id: int, now: datetime, after_id: int) -> list[Waiting]:
    values = {"now": now, "course": course_id, "after": after_id}
    found: Any = session.connection().execute(_next_batch(), values)
    return list(map(Waiting._make, found.all()))


@cache
def _next_batch() -> Any:
    return (
        select(*(_enrollment.c[name] for name in Waiting._fields))
        .where(
            _enrollment.c.course_id == bindparam("course"),
            _enrollment.c.next_send_at > bindparam("now", type_=Moment()),
            _enrollment.c.id > bindparam("after"),
        )
        .order_by(_enrollment.c.id)
        .limit(BATCH)
        .with_for_update(key_share=True)
    )


@cache
def _save(dialect: str) -> Any:
    given = bulk.values_table(dialect, {"at": bulk.TIMESTAMP}, {"id": bulk.INTEGER})
    moved = update(_enrollment).where(_enrollment.c.id == given.c.id)
    return moved.values(next_send_at=given.c.at)
