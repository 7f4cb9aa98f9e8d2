"""What was published: a course, revisions of it or of a newsletter, and their compiled letters."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import text
from sqlmodel import Field, SQLModel, UniqueConstraint

from course.models.columns import Moment, by_value, one_of


class CourseState(StrEnum):
    """Closed: it takes no new readers. Withdrawn: it also sends nothing to those it has."""

    OPEN = "open"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Course(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=100, unique=True)
    title: str = Field(max_length=200)
    state: CourseState = Field(
        default=CourseState.OPEN,
        sa_type=by_value(CourseState),
        sa_column_kwargs={"server_default": text("'open'")},
    )


class Revision(SQLModel, table=True):
    """One publishing of a course's or a newsletter's folder; the highest number is in force.

    `sequence` is the JSON of a `Sequence` or of a `sequences.newsletter.Newsletter`; `digest` tells
    whether the files have changed since.
    """

    __table_args__ = (
        UniqueConstraint("course_id", "number"),
        UniqueConstraint("newsletter_id", "number"),
        one_of("published", "course_id", "newsletter_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    course_id: int | None = Field(default=None, foreign_key="course.id", ondelete="CASCADE")
    newsletter_id: int | None = Field(default=None, foreign_key="newsletter.id", ondelete="CASCADE")
    number: int
    digest: str = Field(max_length=64)
    sequence: str
    sampler_pdf: bytes | None = None
    published_at: datetime = Field(sa_type=Moment)


class Letter(SQLModel, table=True):
    """A compiled letter as it is stored: its three templates (emails/letter/rendering.py).

    `key` is a lesson's id, or the name of another letter: "welcome", "closing", "nudge",
    "confirmation", "already", "journal", "erasure".
    """

    __table_args__ = (UniqueConstraint("revision_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    revision_id: int = Field(foreign_key="revision.id", ondelete="CASCADE")
    key: str = Field(max_length=100)
    subject: str
    html: str
    text: str
