"""The deliveries in flight: each claim with a lease, and how many of its letters are attempting."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import Session

from course.db import bulk
from course.models import Claim, Delivery
from course.models.claim import HAS_LEASE
from course.models.columns import table

_claim = table(Claim)
_delivery = table(Delivery)


@dataclass(frozen=True)
class ActiveClaim:
    """A claim with a lease: `letters` have no result yet; `until` is when the lease ends."""

    claim: int
    worker: str
    transport: str
    letters: int
    since: datetime
    until: datetime


def active_claims(session: Session) -> list[ActiveClaim]:
    """The oldest first; a lease that is over counts until somebody recovers its letters."""
    claims = session.connection().execute(_claims()).all()
    ids = [id_ for claim in claims for id_ in claim.ids]
    found = session.connection().execute(_attempting(session), bulk.ids_parameter(session, ids))
    left: dict[int, int] = dict(map(tuple, found))
    return [
        ActiveClaim(c.id, c.worker, c.transport, left.get(c.id, 0), c.taken_at, c.lease_until)
        for c in claims
    ]


def _claims() -> Select[Any]:
    return select(_claim).where(HAS_LEASE).order_by(_claim.c.id)


def _attempting(session: Session) -> Select[Any]:
    return (
        select(_delivery.c.fence, func.count())
        .where(
            bulk.in_ids(bulk.dialect(session), _delivery.c.id),
            _delivery.c.state == "attempting",
        )
        .group_by(_delivery.c.fence)
    )
