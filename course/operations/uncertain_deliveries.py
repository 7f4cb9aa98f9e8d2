"""Uncertain deliveries: listed, and resent or marked as sent when a person says so."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlmodel import Session

from course.db import bulk
from course.letters.delivery_rows import with_subscriber
from course.models import Claim, Delivery, Subscriber
from course.models.columns import table
from course.models.delivery import NEEDS_ATTENTION

_delivery = table(Delivery)
_claim = table(Claim)
_subscriber = table(Subscriber)


@dataclass(frozen=True)
class UncertainDelivery:
    """`since`: when it was claimed, or due where the claim is gone.

    `try_at`: when it goes out again by itself; none where it waits for a person.
    """

    id: int
    kind: str
    since: datetime
    try_at: datetime | None
    words: str
    address: str


def newest(session: Session, limit: int) -> list[UncertainDelivery]:
    """The newest first."""
    since = func.coalesce(_claim.c.taken_at, _delivery.c.due_at).label("since")
    columns = (_delivery.c[name] for name in ("id", "kind", "try_at", "words"))
    query = (
        with_subscriber(select(*columns, since, _subscriber.c.address))
        .outerjoin(_claim, _claim.c.id == _delivery.c.fence)
        .where(NEEDS_ATTENTION, _delivery.c.state == "uncertain")
        .order_by(_delivery.c.id.desc())
        .limit(limit)
    )
    return [UncertainDelivery(**row._mapping) for row in session.connection().execute(query)]


def resend(session: Session, ids: Iterable[int] | None, now: datetime) -> int:
    """They are due now, under the Message-ID they had; how many. None: all that are uncertain."""
    return _end(session, ids, {"state": "due", "try_at": now})


def mark_sent(session: Session, ids: Iterable[int] | None, now: datetime) -> int:
    """They are taken as sent; how many. None: all that are uncertain."""
    return _end(session, ids, {"state": "sent", "try_at": None, "sent_at": now})


def _end(session: Session, ids: Iterable[int] | None, values: dict[str, Any]) -> int:
    uncertain = update(_delivery).where(NEEDS_ATTENTION, _delivery.c.state == "uncertain")
    given: dict[str, str] = {}
    if ids is not None:
        uncertain = uncertain.where(bulk.in_ids(bulk.dialect(session), _delivery.c.id))
        given = bulk.ids_parameter(session, ids)
    return int(session.connection().execute(uncertain.values(**values), given).rowcount)
