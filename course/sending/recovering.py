"""Crash recovery: record what a dead worker had logged; what nobody knows becomes uncertain.

Two ways, and they may meet: its attempt log, replayed by any process on the same machine within
seconds, and its lease, which runs out wherever it was. Of letters in hand, only one a connection is
uncertain after a process dies (docs/reliability.md).
"""

import logging
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, case, delete, select, update
from sqlmodel import Session

from course.db import bulk
from course.db.transactions import transaction
from course.letters.delivery_rows import DeliveryRow, select_delivery_rows
from course.models import Claim, Delivery
from course.models.columns import table
from course.outbox import deliveries, retry_policy
from course.outbox.deliveries import Outcome
from course.runtime.process import Runtime
from course.sending import attempt_log, backoff, tally
from course.sending.attempt_log import AttemptRecord

log = logging.getLogger(__name__)

DIED = "the worker died before it wrote down what the server said"

# So long a worker that was cut off from the database may come back with its results.
REMEMBERED = timedelta(days=7)

_delivery = table(Delivery)
_claim = table(Claim)


def recover(runtime: Runtime) -> None:
    """Recover from crashed workers: replay attempt logs, expire leases, prune."""
    replay(runtime)
    with transaction(runtime.engine) as session:
        if unsure := expire_leases(session, runtime.now()):
            log.warning("%d deliveries became uncertain", unsure)
        tally.prune(session, runtime.now())
        backoff.prune(session, runtime.now())


def replay(runtime: Runtime) -> int:
    """Record what the attempt logs of dead workers say; how many letters they were about."""
    total = 0
    for record in attempt_log.abandoned(runtime.attempt_logs):
        with transaction(runtime.engine) as session:
            found = _results(session, record, runtime.now())
            if not found and record.fresh:
                continue  # PostgreSQL may still be at the commit that its worker died over.
            _write(session, record.token, found, runtime.now())
            session.connection().execute(delete(_claim).where(_claim.c.token == record.token))
        attempt_log.delete(runtime.attempt_logs, record.token)
        total += len(found)
        ids = {"claim_token": record.token}
        log.info("attempt log %s: %d results recorded", record.token, len(found), extra=ids)
    return total


def expire_leases(session: Session, now: datetime) -> int:
    """Leases that ran out: deliveries still attempting become uncertain; returns how many.

    Locks the claims (`FOR UPDATE SKIP LOCKED`). They stay for a week without a lease.
    """
    expired = session.connection().execute(_EXPIRED, {"now": now})
    total = sum(_expire(session, fence, ids, now) for fence, ids in expired.all())
    session.connection().execute(_FORGET, {"before": now - REMEMBERED})
    return total


# At every tick, so built once.
_EXPIRED = (
    select(_claim.c.id, _claim.c.ids)
    .where(_claim.c.lease_until < bindparam("now"))
    .with_for_update(skip_locked=True)
)

_FORGET = delete(_claim).where(
    _claim.c.lease_until.is_(None), _claim.c.taken_at < bindparam("before")
)


def _expire(session: Session, fence: int, ids: list[int], now: datetime) -> int:
    most = case(retry_policy.MAX_RETRIES, value=_delivery.c.kind)
    again = and_(
        _delivery.c.kind.in_([kind.value for kind in retry_policy.RESEND_IF_UNCERTAIN]),
        _delivery.c.attempts < most,
    )
    expired = session.connection().execute(
        update(_delivery)
        .where(
            bulk.in_ids(bulk.dialect(session), _delivery.c.id),
            _delivery.c.fence == fence,
            _delivery.c.state == "attempting",
        )
        .values(
            state="uncertain",
            uncertainties=_delivery.c.uncertainties + 1,
            words=DIED,
            try_at=case((again, now + retry_policy.RETRY_DELAYS[0]), else_=None),
        ),
        bulk.ids_parameter(session, ids),
    )
    session.connection().execute(
        update(_claim).where(_claim.c.id == fence).values(lease_until=None)
    )
    return int(expired.rowcount)


def _write(session: Session, token: str, found: list[Outcome], now: datetime) -> None:
    """Record; tally only those that its worker had not recorded and tallied before it died."""
    if not found:
        return
    claim = select(_claim.c.id, _claim.c.transport).where(_claim.c.token == token)
    fence, transport = session.connection().execute(claim).one()
    open_ = (
        select(_delivery.c.id)
        .where(
            bulk.in_ids(bulk.dialect(session), _delivery.c.id),
            _delivery.c.fence == fence,
            _delivery.c.state == "attempting",
        )
        .with_for_update()
    )
    numbers = bulk.ids_parameter(session, [outcome.id for outcome in found])
    new = set(session.connection().execute(open_, numbers).scalars())
    deliveries.record(session, found, now)
    tally.add(session, transport, (result for result in found if result.id in new), now)


def _results(session: Session, record: AttemptRecord, now: datetime) -> list[Outcome]:
    """One for each letter of the claim; none where the claim was never committed."""
    claim = (
        session.connection()
        .execute(select(_claim.c.id, _claim.c.ids).where(_claim.c.token == record.token))
        .one_or_none()
    )
    if claim is None:
        return []
    known = [record.results[id_] for id_ in claim.ids if id_ in record.results]
    rest = _delivery_rows(session, [id_ for id_ in claim.ids if id_ not in record.results])
    return known + [_infer_outcome(delivery, claim.id, record, now) for delivery in rest]


def _infer_outcome(
    delivery: DeliveryRow, fence: int, record: AttemptRecord, now: datetime
) -> Outcome:
    """Not attempted where the log proves it, uncertain otherwise. The claim counted the attempt."""
    delivery = delivery._replace(attempts=delivery.attempts - 1)
    if record.complete and delivery.delivery_id not in record.begun:
        return retry_policy.not_attempted(delivery, fence, now)
    return retry_policy.uncertain(delivery, fence, DIED, now)


def _delivery_rows(session: Session, ids: list[int]) -> list[DeliveryRow]:
    query = select_delivery_rows().where(bulk.in_ids(bulk.dialect(session), _delivery.c.id))
    found = session.connection().execute(query, bulk.ids_parameter(session, ids))
    return [DeliveryRow(*row) for row in found]
