"""What time it is: the one module that asks the machine (ruff's TID251 sees to it).

Durations and timeouts are `time.monotonic`'s, which is no time of day, and `boottime`'s.
"""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

from sqlalchemy import Engine

from course.db.transactions import reading
from course.models import TimeShift

_BOOTTIME = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def boottime() -> float:
    """Seconds since the machine's start (CLOCK_BOOTTIME); they go on while a process is stopped.

    Where the system has that clock they go on while the machine sleeps, too: waking up is no jump.
    """
    return time.clock_gettime(_BOOTTIME)


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware, in UTC."""


class SystemClock:
    """The machine's own time, whatever the time machine was told."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class ShiftedClock:
    """The development clock: the machine's, moved ahead by what the time machine was told."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead()

    def ahead(self) -> timedelta:
        with reading(self._engine) as session:
            shift = session.get(TimeShift, 1)
        return timedelta(seconds=shift.seconds if shift else 0)
