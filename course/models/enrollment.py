"""A subscriber's place in a course."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Column, text
from sqlmodel import Field, SQLModel, UniqueConstraint

from course.models.columns import Moment, by_value, partial_index


class EnrollmentState(StrEnum):
    PENDING = "pending"
    ACTIVE = "active"
    PAUSED = "paused"
    FINISHED = "finished"
    LEFT = "left"


# Whom the course's next letter would reach, and who has had its letters and not left.
RUNNING = (EnrollmentState.ACTIVE, EnrollmentState.PAUSED)
BEGUN = (*RUNNING, EnrollmentState.FINISHED)


class Enrollment(SQLModel, table=True):
    """`next_send_at` is the slot of the next letter; none while nothing is to come.

    `done` lists the steps that were sent or skipped in this `round` (a restart begins a new one).
    `days` of the week ("03": 0 = Monday to 6 = Sunday, in order) and `at` ("19:30") are the
    subscriber's own; none means the course's. They and every hour that its reader sees are in
    `zone`: it stands here, where the clock reads.
    `nudge_at` is when to ask once more about `nudge_step`, if nothing was written by then.
    `left_after` is the newest delivery's id when it was left: no confirmation up to that one
    brings it back. `left_from` is the state that it was left in, for who returns on the spot.
    A pause until a date has `next_send_at`; a pause until told has none.
    """

    __table_args__ = (
        UniqueConstraint("subscriber_id", "course_id"),
        CheckConstraint("days <> '' AND ltrim(days, '0123456') = ''", name="days"),
        partial_index("ix_enrollment_due", "next_send_at", "id", where="next_send_at IS NOT NULL"),
        partial_index("ix_enrollment_nudge", "nudge_at", "id", where="nudge_at IS NOT NULL"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    subscriber_id: int = Field(foreign_key="subscriber.id", ondelete="CASCADE")
    course_id: int = Field(foreign_key="course.id")
    state: EnrollmentState = Field(
        default=EnrollmentState.PENDING, sa_type=by_value(EnrollmentState)
    )
    round: int = 1
    done: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    days: str | None = Field(default=None, max_length=7)
    at: str | None = Field(default=None, max_length=5)
    zone: str = Field(
        default="UTC", max_length=64, sa_column_kwargs={"server_default": text("'UTC'")}
    )
    next_send_at: datetime | None = Field(default=None, sa_type=Moment)
    nudge_step: str | None = Field(default=None, max_length=100)
    nudge_at: datetime | None = Field(default=None, sa_type=Moment)
    last_sent_at: datetime | None = Field(default=None, sa_type=Moment)
    paused_until: datetime | None = Field(default=None, sa_type=Moment)
    left_after: int | None = None
    left_at: datetime | None = Field(default=None, sa_type=Moment)
    left_from: str | None = Field(default=None, max_length=20)
    created_at: datetime = Field(sa_type=Moment)
