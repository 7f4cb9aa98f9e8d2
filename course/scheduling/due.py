"""Enrollments whose time has come: read and locked by the batch, and updated in one statement."""

import logging
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import JSON, Text, bindparam, cast, select, update
from sqlmodel import Session

from course.db import bulk
from course.models import Enrollment, EnrollmentState
from course.models.columns import Moment, table

log = logging.getLogger(__name__)

# Enrollments in one transaction.
BATCH = 500

_enrollment = table(Enrollment)


class DueEnrollment(NamedTuple):
    """An enrollment as plain values; `done` as the database has it: JSON, a list of steps."""

    id: int
    course_id: int
    state: EnrollmentState
    round: int
    done: str
    days: str | None
    at: str | None
    zone: str
    next_send_at: datetime | None
    nudge_at: datetime | None
    nudge_step: str | None


# New values of an enrollment's columns, and the ids of those that get them, each in a row.
Change = tuple[Any, ...]

_TYPES: Mapping[str, bulk.Column] = {
    "state": bulk.TEXT,
    "done": JSON(),
    "last_sent_at": bulk.TIMESTAMP,
    "next_send_at": bulk.TIMESTAMP,
    "nudge_at": bulk.TIMESTAMP,
    "nudge_step": bulk.TEXT,
    "paused_until": bulk.TIMESTAMP,
}


def lock_due(session: Session, column: str, now: datetime) -> list[DueEnrollment]:
    """Up to a batch whose `column` is past, the longest waiting first.

    Their rows are locked (`FOR NO KEY UPDATE`) until the transaction ends; those that somebody
    else has locked are passed over.
    """
    found: Any = session.connection().execute(_due(column), {"now": now})
    return list(map(DueEnrollment._make, found.all()))


def save(session: Session, columns: tuple[str, ...], changes: list[Change]) -> None:
    """Set these columns, in one statement for the batch."""
    if changes:
        statement = _save(bulk.dialect(session), columns)
        session.connection().execute(statement, bulk.values_parameter(session, changes))


def log_stuck(enrollment: DueEnrollment, error: Exception) -> None:
    """One that can't go on holds up none of the others."""
    ids = {"enrollment": enrollment.id}
    log.error("enrollment %d can't go on: %r", enrollment.id, error, extra=ids)


@cache
def _due(name: str) -> Any:
    column = _enrollment.c[name]
    columns: dict[str, Any] = {name: _enrollment.c[name] for name in DueEnrollment._fields}
    # Alike in every row of a batch, so it is read as text, and parsed once.
    columns["done"] = cast(_enrollment.c.done, Text)
    return (
        select(*columns.values())
        .where(column <= bindparam("now", type_=Moment()))
        .order_by(column, _enrollment.c.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True, key_share=True, of=_enrollment)
    )


@cache
def _save(dialect: str, columns: tuple[str, ...]) -> Any:
    shared = {name: _TYPES[name] for name in columns}
    given = bulk.values_table(dialect, shared, {"id": bulk.INTEGER})
    return (
        update(_enrollment)
        .where(_enrollment.c.id == given.c.id)
        .values({name: given.c[name] for name in columns})
    )
