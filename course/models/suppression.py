"""An address we may not write to, and why."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from course.models.columns import Moment, by_value


class SuppressionReason(StrEnum):
    """The engine writes `REFUSED` alone; the others are an operator's or an import's."""

    REFUSED = "refused"
    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    ASKED = "asked"


class Suppression(SQLModel, table=True):
    address_key: str = Field(primary_key=True, max_length=320)
    reason: SuppressionReason = Field(sa_type=by_value(SuppressionReason))
    since: datetime = Field(sa_type=Moment)
