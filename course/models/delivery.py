"""One letter to one subscriber: the row that is written before anything is sent."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import TextClause, text
from sqlmodel import Field, SQLModel

from course.models.columns import Moment, by_value, one_of, partial_index


class DeliveryKind(StrEnum):
    CONFIRMATION = "confirmation"
    ALREADY = "already"
    SAMPLER = "sampler"
    LESSON = "lesson"
    NUDGE = "nudge"
    CLOSING = "closing"
    JOURNAL = "journal"
    ERASURE = "erasure"
    BROADCAST = "broadcast"


class DeliveryState(StrEnum):
    """See docs/decisions/delivery-states.md for the whole machine.

    due → attempting → sent | refused | deferred | uncertain; deferred and uncertain are attempted
    again until they have failed; what is not to be sent any more is withdrawn; what a person has
    to look at first is held.
    """

    DUE = "due"
    ATTEMPTING = "attempting"
    SENT = "sent"
    REFUSED = "refused"
    DEFERRED = "deferred"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    HELD = "held"


# What waits stands in three queues: a newsletter to a million must not stand before a lesson, nor
# ten thousand lessons before a confirmation, for which somebody is looking into their mailbox.
# Those are in the second index too: they are never many.
_ASKED = "IN ('confirmation', 'already', 'sampler', 'journal', 'erasure')"

# What a person may have to look at.
_NEEDS_ATTENTION = "IN ('refused', 'uncertain', 'failed', 'held')"

# Conditions for queries, each with the words of an index's: a partial index is used only where the
# query has all of its condition. The order is that of `letters.kinds.Queue`.
QUEUES = (
    text(f"delivery.kind {_ASKED}"),
    text(f"delivery.kind <> 'broadcast' AND delivery.kind NOT {_ASKED}"),
    text("delivery.kind = 'broadcast'"),
)
NEEDS_ATTENTION = text(f"delivery.state {_NEEDS_ATTENTION}")


_ENROLLED = "enrollment_id IS NOT NULL"
_SUBSCRIBED = "subscription_id IS NOT NULL"


class Key(NamedTuple):
    """What makes a delivery unique, as `ON CONFLICT` names it: columns, and a condition."""

    columns: tuple[str, ...]
    where: TextClause


OF_ENROLLMENT = Key(("enrollment_id", "round", "kind", "slot"), text(_ENROLLED))
OF_SUBSCRIPTION = Key(("subscription_id", "kind", "slot"), text(_SUBSCRIBED))


class Delivery(SQLModel, table=True):
    """It is of an enrollment or of a subscription, and its reader is theirs.

    `slot` says which one of its kind this is: a lesson's id, the day it was asked for,
    or a broadcast's number.

    With its enrollment, the round and the kind, or with its subscription and the kind, it is
    unique, so no letter can be written twice. What is of a subscription is in round 0.
    `due_at` is its own hour and never changes; `try_at` is when to take it up (again), none while
    a claim holds it or nothing is left to do.
    `not_after` is the lateness limit: past it the letter waits for the next opening, and an issue
    is held.
    `fence` is the number of the newest claim on it: no other may send it or record its result.
    `uncertainties` counts how often nobody could know whether the server had taken it.
    """

    __table_args__ = (
        one_of("place", "enrollment_id", "subscription_id"),
        partial_index("uq_delivery_enrolled", *OF_ENROLLMENT.columns, where=_ENROLLED, unique=True),
        partial_index(
            "uq_delivery_subscribed", *OF_SUBSCRIPTION.columns, where=_SUBSCRIBED, unique=True
        ),
        partial_index(
            "ix_delivery_asked", "try_at", "id", where=f"try_at IS NOT NULL AND kind {_ASKED}"
        ),
        partial_index(
            "ix_delivery_waiting",
            "try_at",
            "id",
            where="try_at IS NOT NULL AND kind <> 'broadcast'",
        ),
        partial_index(
            "ix_delivery_broadcast",
            "try_at",
            "id",
            where="try_at IS NOT NULL AND kind = 'broadcast'",
        ),
        partial_index("ix_delivery_trouble", "id", where=f"state {_NEEDS_ATTENTION}"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    enrollment_id: int | None = Field(default=None, foreign_key="enrollment.id", ondelete="CASCADE")
    subscription_id: int | None = Field(
        default=None, foreign_key="subscription.id", ondelete="CASCADE"
    )
    round: int
    kind: DeliveryKind = Field(sa_type=by_value(DeliveryKind))
    slot: str = Field(max_length=100)
    letter_id: int = Field(foreign_key="letter.id")
    state: DeliveryState = Field(default=DeliveryState.DUE, sa_type=by_value(DeliveryState))
    due_at: datetime = Field(sa_type=Moment)
    try_at: datetime | None = Field(default=None, sa_type=Moment)
    not_after: datetime | None = Field(default=None, sa_type=Moment)
    attempts: int = 0
    uncertainties: int = 0
    fence: int = 0
    message_id: str = Field(max_length=200)
    words: str = ""
    created_at: datetime = Field(sa_type=Moment)
    sent_at: datetime | None = Field(default=None, sa_type=Moment)
