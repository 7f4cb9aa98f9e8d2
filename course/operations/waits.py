"""How long letters, readers, requests and newsletters have waited for a worker or for the clock."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session

from course.models import Broadcast, Delivery, Enrollment, Request
from course.models.broadcast import UNWRITTEN
from course.models.columns import table
from course.models.delivery import QUEUES
from course.operations.problems import LISTED, SAMPLE_LIMIT
from course.runtime import heartbeats
from course.runtime.heartbeats import ClockState

# A due letter is carried within seconds, where somebody carries it.
LATE = timedelta(minutes=15)

# All rows of a broadcast to a million are written within minutes.
BROADCAST_LATE = timedelta(hours=1)

_delivery = table(Delivery)
_enrollment = table(Enrollment)
_request = table(Request)
_broadcast = table(Broadcast)


class Unfinished(NamedTuple):
    """A broadcast whose rows are not all written, and how long ago it should have begun."""

    id: int
    age: timedelta


class Unanswered(NamedTuple):
    """A request, and how long ago it was asked."""

    id: int
    age: timedelta


class Waits(NamedTuple):
    """How long the oldest has waited, for a worker and for a clock; and what its heartbeats say."""

    oldest: timedelta | None
    unwritten: timedelta | None
    clock: ClockState


def read_waits(session: Session, now: datetime) -> Waits:
    """Of all that is in a status, what a probe may ask every second."""
    oldest = oldest_due(session, now)
    waited = None if oldest is None else now - oldest
    clock = heartbeats.clock_state(session, now)
    return Waits(waited, unwritten(session, now, clock), clock)


def due_and_later(session: Session, now: datetime) -> tuple[int, int]:
    """How many deliveries wait whose time has come, and whose time has not."""
    return _number(session, now >= _delivery.c.try_at), _number(session, now < _delivery.c.try_at)


def oldest_due(session: Session, now: datetime) -> datetime | None:
    """When the first delivery that is due was due."""
    due = select(_delivery.c.try_at).where(_delivery.c.try_at <= now)
    first = due.order_by(_delivery.c.try_at).limit(1)
    found = (session.connection().execute(first.where(queue)).scalar() for queue in QUEUES)
    return min((at for at in found if at is not None), default=None)


def unwritten(session: Session, now: datetime, clock: ClockState) -> timedelta | None:
    """How long the first has waited for a clock, each from its index; none where nobody has.

    A request that clocks have looked at for long enough waits for something else.
    """
    hours = (_enrollment.c.next_send_at, _enrollment.c.nudge_at)
    firsts = [select(at).where(at <= now).order_by(at).limit(1) for at in hours]
    asked = select(_request.c.asked_at).order_by(_request.c.id).limit(1)
    if clock.age is not None:
        asked = asked.where(_request.c.asked_at >= now - clock.age - LATE)
    found = [session.connection().execute(first).scalar() for first in (*firsts, asked)]
    return max((now - at for at in found if at is not None and at <= now), default=None)


def unanswerable(session: Session, now: datetime, clock: ClockState) -> list[Unanswered]:
    if clock.age is None:
        return []
    at = _request.c.asked_at
    left = select(_request.c.id, at).where(at < now - clock.age - LATE)
    found = session.connection().execute(left.order_by(_request.c.id).limit(SAMPLE_LIMIT))
    return [Unanswered(id_, now - asked_at) for id_, asked_at in found]


def unfinished(session: Session, now: datetime) -> list[Unfinished]:
    """The longest first; one that was made after its hour could not begin at it."""
    late = now - BROADCAST_LATE
    left = select(_broadcast.c.id, _broadcast.c.due_at, _broadcast.c.created_at).where(
        UNWRITTEN, _broadcast.c.due_at < late
    )
    found = session.connection().execute(left.order_by(_broadcast.c.due_at).limit(LISTED)).all()
    since = [(row.id, max(row.due_at, row.created_at)) for row in found]
    return [Unfinished(id_, now - begins) for id_, begins in since if begins < late]


def _number(session: Session, hour: ColumnElement[bool]) -> int:
    counts = (select(func.count()).select_from(_delivery).where(hour, queue) for queue in QUEUES)
    return sum(session.connection().execute(count).scalar_one() for count in counts)
