"""One issue of a newsletter: to many, once."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import Field, SQLModel

from course.models.columns import Moment, partial_index

_UNWRITTEN = "written_at IS NULL"

# The condition of `ix_broadcast_unwritten`, for queries.
UNWRITTEN = text(f"broadcast.{_UNWRITTEN}")


class Broadcast(SQLModel, table=True):
    """`source` is the author's text, a `LetterText` as JSON, for the page that shows it.

    `not_after` is the lateness limit: past it its letters are held until a person has looked.
    `reached` is the last subscription whose row is written; `written_at` is when all rows were,
    none until then.
    """

    __table_args__ = (
        partial_index("ix_broadcast_unwritten", "due_at", "id", where=_UNWRITTEN),
        # A delivery names its broadcast in words: the number must not be given again.
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    newsletter_id: int = Field(foreign_key="newsletter.id")
    letter_id: int = Field(foreign_key="letter.id", unique=True)
    source: str
    created_at: datetime = Field(sa_type=Moment)
    due_at: datetime = Field(sa_type=Moment)
    not_after: datetime | None = Field(default=None, sa_type=Moment)
    reached: int = 0
    written_at: datetime | None = Field(default=None, sa_type=Moment)
