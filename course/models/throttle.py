"""Backoff and rates of transports and domains: a row for each, shared by all workers."""

from datetime import date, datetime

from sqlalchemy import text
from sqlmodel import Field, SQLModel

from course.models.columns import Moment, partial_index

_BACKS_OFF = "rests_until IS NOT NULL"

# The condition of `ix_throttle_resting`, for queries.
BACKS_OFF = text(f"throttle.{_BACKS_OFF}")


def transport_scope(name: str) -> str:
    return f"by:{name}"


def domain_scope(address: str) -> str:
    """Of the domain of an address."""
    return f"to:{address.rpartition('@')[2].lower()}"


class Throttle(SQLModel, table=True):
    """`scope` is `by:` and a transport's name, or `to:` and a recipient's domain.

    Backoff: `rests_until` is when it may be tried again, after `strikes` failures in a row; `words`
    are the server's. Limits: `taken` letters were claimed on `day` (UTC); `free_at` is when the
    rate allows the next one.
    """

    __table_args__ = (partial_index("ix_throttle_resting", "scope", where=_BACKS_OFF),)

    scope: str = Field(primary_key=True, max_length=300)
    rests_until: datetime | None = Field(default=None, sa_type=Moment)
    strikes: int = 0
    words: str = ""
    day: date | None = None
    taken: int = 0
    free_at: datetime | None = Field(default=None, sa_type=Moment)
