"""The time machine: moves the application's clock, in development only.

It stops at every moment at which something is due and does what the clock and a worker would do
there, so a week lived through in a second is the same week.
"""

import time as machine_time
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, select

from course.db.transactions import reading, transaction
from course.models import Broadcast, Claim, Delivery, Enrollment, TimeShift
from course.models.broadcast import UNWRITTEN
from course.models.claim import HAS_LEASE
from course.models.delivery import QUEUES
from course.runtime.clock import ShiftedClock, SystemClock
from course.runtime.process import Runtime
from course.scheduling import clock_loop
from course.sending import delivering

# Another worker may have a letter in its hands; seconds until it is left behind.
CLAIM_TIMEOUT = 5.0


def travel(runtime: Runtime, to: datetime) -> None:
    """Live through everything up to `to`. The past can't be travelled to."""
    _settle(runtime)
    while (stop := next_moment(runtime)) is not None and stop <= to:
        _set(runtime, stop)
        _settle(runtime)
    _set(runtime, to)
    _settle(runtime)


def next_moment(runtime: Runtime) -> datetime | None:
    """When something is due next, in UTC; None while nothing is."""
    with reading(runtime.engine) as session:
        return min(_moments(session, runtime.now()), default=None)


def ahead(runtime: Runtime) -> timedelta:
    """How far the application's clock is ahead of the machine's."""
    return ShiftedClock(runtime.engine).ahead()


def _moments(session: Session, now: datetime) -> list[datetime]:
    waiting = select(func.min(Delivery.try_at)).where(col(Delivery.try_at) > now)
    candidates: list[Any] = [
        select(func.min(Enrollment.next_send_at)).where(col(Enrollment.next_send_at) > now),
        select(func.min(Enrollment.nudge_at)).where(col(Enrollment.nudge_at) > now),
        select(func.min(Broadcast.due_at)).where(UNWRITTEN, col(Broadcast.due_at) > now),
        *(waiting.where(queue) for queue in QUEUES),
    ]
    return [at for query in candidates if (at := session.exec(query).one()) is not None]


def _set(runtime: Runtime, to: datetime) -> None:
    seconds = int((to - SystemClock().now()).total_seconds()) + 1
    with transaction(runtime.engine) as session:
        session.merge(TimeShift(id=1, seconds=seconds))


def _settle(runtime: Runtime) -> None:
    """Do what is due now, and wait for whoever else is at it."""
    clock_loop.write_due(runtime)
    delivering.deliver_due(runtime)
    give_up = machine_time.monotonic() + CLAIM_TIMEOUT
    while _in_other_hands(runtime) and machine_time.monotonic() < give_up:
        machine_time.sleep(0.05)


def _in_other_hands(runtime: Runtime) -> bool:
    with reading(runtime.engine) as session:
        query = select(Claim.id).where(HAS_LEASE).limit(1)
        return session.exec(query).first() is not None
