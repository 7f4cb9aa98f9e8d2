"""A subscriber's answer to a prompt."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from course.models.columns import Moment


class Reflection(SQLModel, table=True):
    """`step` is the lesson's id; `text` is what was written, as it was written."""

    id: int | None = Field(default=None, primary_key=True)
    enrollment_id: int = Field(foreign_key="enrollment.id", ondelete="CASCADE", index=True)
    round: int
    step: str = Field(max_length=100)
    text: str
    written_at: datetime = Field(sa_type=Moment)
    edited_at: datetime | None = Field(default=None, sa_type=Moment)
