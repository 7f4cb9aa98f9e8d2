"""Who is left alone for a while, and how much a transport has carried: shared by all workers."""

from datetime import date, datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from course.models.columns import Moment

_RESTING = text("rests_until IS NOT NULL")


def transport_scope(name: str) -> str:
    return f"by:{name}"


def domain_scope(address: str) -> str:
    """Of the domain of an address."""
    return f"to:{address.rpartition('@')[2].lower()}"


class Throttle(SQLModel, table=True):
    """`scope` is `by:` and a transport's name, or `to:` and a recipient's domain.

    `rests_until` is when it may be tried again, after so many `strikes` in a row; `words` say why.
    `taken` letters were claimed on `day` (UTC); the next one of a limited rate is `free_at`.
    """

    __table_args__ = (
        Index("ix_throttle_resting", "scope", sqlite_where=_RESTING, postgresql_where=_RESTING),
    )

    scope: str = Field(primary_key=True, max_length=300)
    rests_until: datetime | None = Field(default=None, sa_type=Moment)
    strikes: int = 0
    words: str = ""
    day: date | None = None
    taken: int = 0
    free_at: datetime | None = Field(default=None, sa_type=Moment)
