"""One letter to one subscriber: the row that is written before anything is sent."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel, UniqueConstraint

from course.models.columns import Moment, by_value


class DeliveryKind(StrEnum):
    CONFIRMATION = "confirmation"
    ALREADY = "already"
    SAMPLER = "sampler"
    LESSON = "lesson"
    NUDGE = "nudge"
    CLOSING = "closing"
    JOURNAL = "journal"
    ERASURE = "erasure"


class DeliveryState(StrEnum):
    """See docs/decisions/delivery-states.md for the whole machine.

    due → claimed → attempting → sent | refused | deferred | uncertain; deferred and uncertain
    come due again until they are failed; what is not to be sent any more is withdrawn.
    """

    DUE = "due"
    CLAIMED = "claimed"
    ATTEMPTING = "attempting"
    SENT = "sent"
    REFUSED = "refused"
    DEFERRED = "deferred"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


_WAITING = text("state IN ('due', 'deferred')")
_LEASED = text("state IN ('claimed', 'attempting')")


class Delivery(SQLModel, table=True):
    """`slot` says which one of its kind this is: a lesson's id, or the day it was asked for.

    With the enrollment, its round and the kind it is unique, so no letter can be written twice.
    `not_after` is the lateness limit: past it the letter waits for the next opening.
    `fence` grows with every claim; only the claim that holds the newest may send or record.
    `uncertainties` counts how often nobody could know whether the server had taken it.
    """

    __table_args__ = (
        UniqueConstraint("enrollment_id", "round", "kind", "slot"),
        Index("ix_delivery_due", "due_at", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_delivery_lease", "lease_until", sqlite_where=_LEASED, postgresql_where=_LEASED),
        Index("ix_delivery_subscriber", "subscriber_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    subscriber_id: int = Field(foreign_key="subscriber.id", ondelete="CASCADE")
    enrollment_id: int = Field(foreign_key="enrollment.id", ondelete="CASCADE")
    round: int
    kind: DeliveryKind = Field(sa_type=by_value(DeliveryKind))
    slot: str = Field(max_length=100)
    letter_id: int = Field(foreign_key="letter.id")
    state: DeliveryState = Field(default=DeliveryState.DUE, sa_type=by_value(DeliveryState))
    due_at: datetime = Field(sa_type=Moment)
    not_after: datetime | None = Field(default=None, sa_type=Moment)
    attempts: int = 0
    uncertainties: int = 0
    fence: int = 0
    lease_until: datetime | None = Field(default=None, sa_type=Moment)
    message_id: str = Field(max_length=200)
    words: str = ""
    created_at: datetime = Field(sa_type=Moment)
    sent_at: datetime | None = Field(default=None, sa_type=Moment)
