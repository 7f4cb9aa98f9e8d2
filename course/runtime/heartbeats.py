"""Heartbeats of the clocks, a row each: on a quiet night nothing else tells that one is alive."""

import os
import socket
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Engine, delete, or_, text
from sqlmodel import Session, col, select

from course.db.transactions import transaction
from course.models import Heartbeat

# Between two heartbeats of a clock.
INTERVAL = timedelta(seconds=20)

# A clock that hasn't looked for so long is dead, or waits, and says so again.
DEAD_AFTER = timedelta(minutes=5)

# What two machines' times may be apart; what is further ahead was written by a wrong clock.
TOLERANCE = timedelta(minutes=5)

# The database server's time, where it runs elsewhere: a wrong clock would agree with itself.
_DATABASE_TIME = """
    SELECT CASE WHEN inet_server_addr() IS DISTINCT FROM inet_client_addr()
           THEN clock_timestamp() END
"""


class ClockState(NamedTuple):
    """How long ago the last clock looked (None: never), and why one waits (empty: none does)."""

    age: timedelta | None
    waits: str


NEVER = ClockState(None, "")


class HeartbeatWriter:
    """Of the clock in this process. `keep_alive` writes nothing in a process that is no clock."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._clock = f"{socket.gethostname()}:{os.getpid()}"[-100:]
        self._last: tuple[datetime, str] | None = None

    def beat(self, now: datetime, waits: str = "") -> None:
        """Write a heartbeat, once per `INTERVAL` at most, or at once for another `waits`."""
        if self._last and self._last[1] == waits and abs(now - self._last[0]) < INTERVAL:
            return
        with transaction(self._engine) as session:
            _keep(session, self._clock, now, waits)
        self._last = now, waits

    def keep_alive(self, now: datetime) -> None:
        """A heartbeat in the middle of long work."""
        if self._last:
            self.beat(now)


def clock_state(session: Session, now: datetime) -> ClockState:
    """Heartbeats further ahead than `TOLERANCE` were a wrong clock's, and don't count."""
    looked_at = _newest(session, col(Heartbeat.looked_at) <= now + TOLERANCE)
    waits = session.exec(select(Heartbeat.waits).where(Heartbeat.waits != "")).first()
    age = None if looked_at is None else max(now - looked_at, timedelta())
    return ClockState(age, waits or "")


def last_look(session: Session) -> datetime | None:
    """When a clock looked last, by its own time; none where none ever did."""
    return _newest(session)


def database_time(session: Session) -> datetime | None:
    """What time it is on the database's machine; None where that is this one, or SQLite."""
    if session.connection().dialect.name != "postgresql":
        return None
    found: datetime | None = session.connection().execute(text(_DATABASE_TIME)).scalar_one()
    return found


def _keep(session: Session, clock: str, now: datetime, waits: str) -> None:
    """One that waits doesn't know what time it is: its row is as old as the newest."""
    looked_at = last_look(session) if waits else now
    if looked_at is None:
        return
    if not waits:
        at = col(Heartbeat.looked_at)
        session.execute(delete(Heartbeat).where(or_(at < now - DEAD_AFTER, at > now + TOLERANCE)))
    session.merge(Heartbeat(clock=clock, looked_at=looked_at, waits=waits))


def _newest(session: Session, *which: ColumnElement[bool]) -> datetime | None:
    at = col(Heartbeat.looked_at)
    return session.exec(select(at).where(*which).order_by(at.desc())).first()
