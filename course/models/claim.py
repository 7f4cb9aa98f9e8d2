"""Who holds which letters, and until when: one row a batch, deleted when all of it is written down.

Its number is the fence: it grows with every claim, and only the claim that a delivery names may
record what became of it.
"""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import JSON, Column, Field, SQLModel

from course.models.columns import Moment, partial_index

_HAS_LEASE = "lease_until IS NOT NULL"

# The condition of `ix_claim_lease`, for queries.
HAS_LEASE = text(f"claim.{_HAS_LEASE}")


class Claim(SQLModel, table=True):
    """`ids` are deliveries. `token` names the attempt log that its worker keeps beside it.

    A lease that ran out is taken away (`lease_until` is none), and the row stays for a while: its
    worker may come back and know what the server said.
    """

    __table_args__ = (
        partial_index("ix_claim_lease", "lease_until", where=_HAS_LEASE),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    token: str = Field(max_length=32, unique=True)
    worker: str = Field(max_length=100)
    transport: str = Field(max_length=100)
    ids: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    taken_at: datetime = Field(sa_type=Moment)
    lease_until: datetime | None = Field(default=None, sa_type=Moment)
