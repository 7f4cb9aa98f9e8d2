"""The clock: every few seconds it finds what is due and rings the bell.

Any number of clocks may run; the database decides who wins. Where the bell isn't heard (Redis is
away, or no worker is there) the clock carries the letters itself: slower, but nothing waits for
ever.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session

from course.db.transactions import reading, transaction
from course.newsletters import fan_out
from course.outbox import deliveries
from course.outbox.orders import Enqueuer
from course.runtime import figures, heartbeats
from course.runtime.clock import ShiftedClock
from course.runtime.process import Runtime
from course.scheduling import answering, dispatching, nudging
from course.sending import delivering, recovering

log = logging.getLogger(__name__)

# Seconds between two looks.
INTERVAL = 2.0

# Then the clock looks again, whatever there is left to carry: somebody may have signed up.
CARRY = timedelta(seconds=10)

# Seconds after a slice of a broadcast: on SQLite whoever wants to write looks ten times a second
# whether somebody else still does, and would find no gap between two slices.
PAUSE_BETWEEN_SLICES = 0.1


def run(runtime: Runtime, stop: threading.Event, interval: float = INTERVAL) -> None:
    """Tick until told to stop. A tick that fails is logged, and the next one tries again."""
    while not stop.is_set():
        try:
            tick(runtime)
        except Exception:
            log.exception("the tick failed; the next one comes in %s seconds", interval)
        stop.wait(interval)


def tick(runtime: Runtime) -> None:
    """One tick: write what is due into the outbox, and see that somebody sends it; sweep up."""
    if is_suspended(runtime):
        runtime.heartbeat.beat(runtime.now(), figures.jump(runtime.jump_detector.jump))
        return
    runtime.heartbeat.beat(runtime.now())
    write_due(runtime)
    if is_anything_due(runtime) and not (runtime.bell.ring() and runtime.bell.is_heard()):
        delivering.deliver_due(runtime, CARRY)
    runtime.scrubber.look(runtime.now())


def is_suspended(runtime: Runtime) -> bool:
    """Whether work is suspended because the wall clock jumped: a year ahead, all would be too late.

    A process's first call compares it with the last heartbeat in the database, unless the database
    server's own time agrees with it.
    """
    jump_detector = runtime.jump_detector
    if not jump_detector.is_compared:
        with reading(runtime.engine) as session:
            looked_at, witness = heartbeats.last_look(session), heartbeats.database_time(session)
        jump_detector.compare(_unexplained_gap(runtime, looked_at, witness))
    return jump_detector.jumped()


def write_due(runtime: Runtime) -> int:
    """Write everything due into the outbox, a batch a transaction; how much was handled.

    A broadcast is written a slice at a time, and requests that have arrived meanwhile go before the
    next slice, with the bell rung for them.
    """
    total = write_due_except_broadcasts(runtime)
    while not runtime.stopping.is_set() and (reached := _write_slice(runtime)):
        runtime.heartbeat.keep_alive(runtime.now_without_jump())
        if runtime.engine.dialect.name == "sqlite":
            time.sleep(PAUSE_BETWEEN_SLICES)
        if asked := write_due_except_broadcasts(runtime):
            runtime.bell.ring()
        total += reached + asked
    return total


def write_due_except_broadcasts(runtime: Runtime) -> int:
    """Requests, lessons and nudges, after the attempt logs of crashed workers were replayed.

    0 while the wall clock has jumped.
    """
    now, enqueuer = runtime.now(), Enqueuer(runtime.settings.mail_domain)
    if runtime.jump_detector.jumped():
        return 0
    recovering.recover(runtime)
    total = 0
    for work in (
        lambda session: answering.answer_batch(session, enqueuer, now),
        lambda session: dispatching.dispatch_due(session, enqueuer, now),
        lambda session: nudging.nudge_due(session, enqueuer, now),
    ):
        total += _repeat_until_empty(runtime, work)
    return total


def is_anything_due(runtime: Runtime) -> bool:
    with reading(runtime.engine) as session:
        return deliveries.is_anything_due(session, runtime.now())


def _write_slice(runtime: Runtime) -> int:
    now, enqueuer = runtime.now(), Enqueuer(runtime.settings.mail_domain)
    if runtime.jump_detector.jumped():
        return 0
    with transaction(runtime.engine) as session:
        return fan_out.fan_out(session, enqueuer, now)


def _repeat_until_empty(runtime: Runtime, work: Callable[[Session], int]) -> int:
    total = 0
    while not runtime.jump_detector.jumped():
        runtime.heartbeat.keep_alive(runtime.now_without_jump())
        with transaction(runtime.engine) as session:
            found = work(session)
        if not found:
            break
        total += found
    return total


def _unexplained_gap(
    runtime: Runtime, looked_at: datetime | None, witness: datetime | None
) -> float | None:
    """Seconds since any clock last looked; None where they prove nothing.

    So it is where none ever looked, where the database server's time agrees with ours, and where
    the clock is shifted on purpose (development).
    """
    now = runtime.now()
    agreed = witness is not None and abs(now - witness) <= heartbeats.TOLERANCE
    if looked_at is None or agreed or isinstance(runtime.clock, ShiftedClock):
        return None
    return (now - looked_at).total_seconds()
