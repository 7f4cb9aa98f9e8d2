"""When each clock looked last: what tells a quiet night from a clock that is dead."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from course.models.columns import Moment


class Heartbeat(SQLModel, table=True):
    """`clock` is `host:pid`. `waits` says why it looks at nothing; empty where it looks.

    Those of clocks that are no more are deleted by the next one that looks.
    """

    clock: str = Field(primary_key=True, max_length=100)
    looked_at: datetime = Field(sa_type=Moment)
    waits: str = Field(default="", max_length=200)
