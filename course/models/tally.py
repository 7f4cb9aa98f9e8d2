"""How many letters ended how, by transport and minute: what limits and the status page count."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from course.models.columns import Moment
from course.models.delivery import DeliveryState

# The columns that count, each named as the state that it counts.
OUTCOMES = (
    DeliveryState.SENT,
    DeliveryState.REFUSED,
    DeliveryState.DEFERRED,
    DeliveryState.UNCERTAIN,
    DeliveryState.FAILED,
)


class Tally(SQLModel, table=True):
    """`transport` is the host that carried them (or `folder`, `memory`). Old rows are deleted."""

    transport: str = Field(primary_key=True, max_length=100)
    minute: datetime = Field(primary_key=True, sa_type=Moment)
    sent: int = 0
    refused: int = 0
    deferred: int = 0
    uncertain: int = 0
    failed: int = 0
