"""What somebody asked for at a public form, until it is answered.

The form writes this one row whoever asks, so a known address and an unknown one get the same
reply in the same time. The answer is a letter; the row goes when it is on its way.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import text
from sqlmodel import Field, SQLModel

from course.models.columns import Moment, by_value


class RequestKind(StrEnum):
    SIGN_UP = "sign-up"
    JOURNAL = "journal"


class Request(SQLModel, table=True):
    """A sign-up is for a course, a newsletter or both: each with the words that were agreed to."""

    id: int | None = Field(default=None, primary_key=True)
    kind: RequestKind = Field(sa_type=by_value(RequestKind))
    address: str = Field(max_length=320)
    address_key: str  # as `emails.address.normalise` has it: it may be longer than the address
    first_name: str = Field(default="", max_length=100)
    zone: str = Field(default="UTC", max_length=64)
    course_id: int | None = Field(default=None, foreign_key="course.id", ondelete="CASCADE")
    wording: str = ""
    newsletter_id: int | None = Field(default=None, foreign_key="newsletter.id", ondelete="CASCADE")
    newsletter_wording: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    place: str = Field(default="", max_length=200)
    asked_at: datetime = Field(sa_type=Moment)
