"""A subscriber's place in a newsletter."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import text
from sqlmodel import Field, SQLModel, UniqueConstraint

from course.models.columns import Moment, by_value, partial_index

_ACTIVE = "state = 'active'"

# The condition of `ix_subscription_active`, for queries.
ACTIVE = text(f"subscription.{_ACTIVE}")


class SubscriptionState(StrEnum):
    PENDING = "pending"
    ACTIVE = "active"
    LEFT = "left"


class Subscription(SQLModel, table=True):
    """`wording` and `place`: the newest consent to this newsletter; `consent` keeps all of them.

    `asked_at` is when it was first asked for since it was last left, none where nobody has since.
    `course_id`: the course that was asked for at the same form; one letter confirms both.
    `since` is when it was confirmed. `zone` is its reader's, for the hours that they see.
    """

    __table_args__ = (
        UniqueConstraint("subscriber_id", "newsletter_id"),
        partial_index("ix_subscription_active", "newsletter_id", "id", where=_ACTIVE),
        # SQLite would give an erased row's id, and with it the links to it, to somebody else.
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    subscriber_id: int = Field(foreign_key="subscriber.id", ondelete="CASCADE")
    newsletter_id: int = Field(foreign_key="newsletter.id")
    course_id: int | None = Field(default=None, foreign_key="course.id")
    state: SubscriptionState = Field(
        default=SubscriptionState.PENDING, sa_type=by_value(SubscriptionState)
    )
    zone: str = Field(default="UTC", max_length=64)
    wording: str = ""
    place: str = Field(default="", max_length=200)
    asked_at: datetime | None = Field(default=None, sa_type=Moment)
    since: datetime | None = Field(default=None, sa_type=Moment)
    left_at: datetime | None = Field(default=None, sa_type=Moment)
