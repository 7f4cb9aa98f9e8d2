"""After a crash: what the dead worker knew is written down, and what nobody knows is uncertain.

Two ways, and they may meet: its logbook, read by whoever runs on the same machine, within seconds;
and its lease, which runs out for everybody.
"""

import logging
from datetime import datetime, timedelta

from sqlalchemy import and_, case, delete, select, update
from sqlmodel import Session

from course.db import bulk
from course.db.sessions import transaction
from course.letters.addressee import Addressee, addressees
from course.models import Claim, Delivery
from course.models.columns import table
from course.models.delivery import QUEUES
from course.outbox import deliveries, retries
from course.outbox.deliveries import Outcome
from course.runtime.process import Runtime
from course.sending import attempt_log, backoff, tally
from course.sending.attempt_log import Notes

log = logging.getLogger(__name__)

DIED = "the worker died before it wrote down what the server said"

# So long a worker that was cut off may come back with what it knows.
REMEMBERED = timedelta(days=7)

_delivery = table(Delivery)
_claim = table(Claim)


def recover(runtime: Runtime) -> None:
    """Look after the dead: their logbooks first, then the leases that ran out; sweep up."""
    replay(runtime)
    with transaction(runtime.engine) as session:
        if unsure := strand(session, runtime.now()):
            log.warning("%d deliveries became uncertain", unsure)
        tally.forget(session, runtime.now())
        backoff.forget(session, runtime.now())


def replay(runtime: Runtime) -> int:
    """Write down what the logbooks of dead workers say; how many letters they were about."""
    total = 0
    for notes in attempt_log.orphans(runtime.logbooks):
        with transaction(runtime.engine) as session:
            found = _fates(session, notes, runtime.now())
            if not found and notes.fresh:
                continue  # PostgreSQL may still be at the commit that its worker died over.
            _write(session, notes.token, found, runtime.now())
            session.connection().execute(delete(_claim).where(_claim.c.token == notes.token))
        attempt_log.forget(runtime.logbooks, notes.token)
        total += len(found)
        ids = {"logbook": notes.token}
        log.info("logbook %s: %d letters written down", notes.token, len(found), extra=ids)
    return total


def strand(session: Session, now: datetime) -> int:
    """Leases that ran out: what is still marked as being sent is uncertain from here on.

    Returns how many became so. The claims stay for a week without a lease.
    """
    expired = session.connection().execute(
        select(_claim.c.id, _claim.c.ids)
        .where(_claim.c.lease_until < now)
        .with_for_update(skip_locked=True)
    )
    total = sum(_strand(session, fence, ids, now) for fence, ids in expired.all())
    session.connection().execute(
        delete(_claim).where(_claim.c.lease_until.is_(None), _claim.c.taken_at < now - REMEMBERED)
    )
    return total


def hold(session: Session, now: datetime) -> int:
    """After a restored backup: whatever is waiting is held until a person has looked at it.

    Returns how many letters. What is written later goes out as ever.
    """
    waiting = (
        update(_delivery)
        .where(_delivery.c.try_at.is_not(None), _delivery.c.created_at <= now)
        .values(state="held", try_at=None)
    )
    return sum(session.connection().execute(waiting.where(queue)).rowcount for queue in QUEUES)


def release(session: Session, now: datetime) -> int:
    """What was held comes due; what is too late for its hour is called back then, as ever."""
    released = session.connection().execute(
        update(_delivery).where(_delivery.c.state == "held").values(state="due", try_at=now)
    )
    return int(released.rowcount)


def _strand(session: Session, fence: int, ids: list[int], now: datetime) -> int:
    tries = case(retries.MAX_RETRIES, value=_delivery.c.kind)
    again = and_(
        _delivery.c.kind.in_([kind.value for kind in retries.RESEND_IF_UNCERTAIN]),
        _delivery.c.attempts < tries,
    )
    stranded = session.connection().execute(
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
            try_at=case((again, now + retries.RETRY_DELAYS[0]), else_=None),
        ),
        bulk.ids_parameter(session, ids),
    )
    session.connection().execute(
        update(_claim).where(_claim.c.id == fence).values(lease_until=None)
    )
    return int(stranded.rowcount)


def _write(session: Session, token: str, found: list[Outcome], now: datetime) -> None:
    """What its worker had written down and counted before it died is not counted again."""
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
    tally.add(session, transport, (fate for fate in found if fate.id in new), now)


def _fates(session: Session, notes: Notes, now: datetime) -> list[Outcome]:
    """By what is noted; a claim that is not committed has none."""
    claim = (
        session.connection()
        .execute(select(_claim.c.id, _claim.c.ids).where(_claim.c.token == notes.token))
        .one_or_none()
    )
    if claim is None:
        return []
    known = [notes.fates[id_] for id_ in claim.ids if id_ in notes.fates]
    rest = _letters(session, [id_ for id_ in claim.ids if id_ not in notes.fates])
    return known + [_guess(letter, claim.id, notes, now) for letter in rest]


def _guess(letter: Addressee, fence: int, notes: Notes, now: datetime) -> Outcome:
    """The attempt that is being judged is counted already."""
    letter = letter._replace(attempts=letter.attempts - 1)
    if notes.complete and letter.delivery_id not in notes.begun:
        return retries.not_attempted(letter, fence, now)
    return retries.uncertain(letter, fence, DIED, now)


def _letters(session: Session, ids: list[int]) -> list[Addressee]:
    query = addressees().where(bulk.in_ids(bulk.dialect(session), _delivery.c.id))
    found = session.connection().execute(query, bulk.ids_parameter(session, ids))
    return [Addressee(*row) for row in found]
