"""A person, and what they consented to."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import text
from sqlmodel import Field, SQLModel

from course.models.columns import Moment, by_value


class SubscriberState(StrEnum):
    PENDING = "pending"
    CONFIRMED = "confirmed"
    LEFT = "left"


class Subscriber(SQLModel, table=True):
    """`address` is written to; `address_key` is its normalised form, for comparing.

    An open journal is of `journal_epoch`, or it is over. `journal_key_at` is when the newest key
    that was used had been made: it and all older ones open nothing. It was used at
    `journal_opened_at`, in the browser with the digest `journal_opened_by`.
    """

    # SQLite would give an erased row's id, and with it the links to it, to somebody else.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    address: str = Field(max_length=320)
    address_key: str = Field(max_length=320, unique=True)
    first_name: str = Field(default="", max_length=100)
    state: SubscriberState = Field(
        default=SubscriberState.PENDING, sa_type=by_value(SubscriberState)
    )
    created_at: datetime = Field(sa_type=Moment)
    confirmed_at: datetime | None = Field(default=None, sa_type=Moment)
    left_at: datetime | None = Field(default=None, sa_type=Moment)
    journal_epoch: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    journal_key_at: datetime | None = Field(default=None, sa_type=Moment)
    journal_opened_at: datetime | None = Field(default=None, sa_type=Moment)
    journal_opened_by: str = Field(
        default="", max_length=32, sa_column_kwargs={"server_default": text("''")}
    )


class Consent(SQLModel, table=True):
    """The exact words somebody agreed to, where and when. Rows are only ever added."""

    id: int | None = Field(default=None, primary_key=True)
    subscriber_id: int = Field(foreign_key="subscriber.id", ondelete="CASCADE", index=True)
    wording: str
    place: str = Field(max_length=200)
    given_at: datetime = Field(sa_type=Moment)
