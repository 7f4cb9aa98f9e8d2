"""A clock leaves a sign of life in the database: on a quiet night nothing else tells of it."""

import os
import socket
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Engine, delete, or_, text
from sqlmodel import Session, col, select

from course.db.sessions import transaction
from course.models import Heartbeat

# Between two signs of life.
EVERY = timedelta(seconds=20)

# A clock that hasn't looked for so long is dead, or waits, and says so again.
DEAD = timedelta(minutes=5)

# What two machines' times may be apart; what is further ahead was written by a wrong clock.
APART = timedelta(minutes=5)

# The server's own time, where it is not this machine's: a wrong clock would agree with itself.
_ELSEWHERE = """
    SELECT CASE WHEN inet_server_addr() IS DISTINCT FROM inet_client_addr()
           THEN clock_timestamp() END
"""


class Pulse(NamedTuple):
    """How long ago the last clock looked (none: never), and why one waits (empty: none does)."""

    age: timedelta | None
    waits: str


NEVER = Pulse(None, "")


class Heart:
    """One clock's. It is silent in a process that is none."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._clock = f"{socket.gethostname()}:{os.getpid()}"[-100:]
        self._last: tuple[datetime, str] | None = None

    def beat(self, now: datetime, waits: str = "") -> None:
        """Every twenty seconds at most, however often it is called."""
        if self._last and self._last[1] == waits and abs(now - self._last[0]) < EVERY:
            return
        with transaction(self._engine) as session:
            _keep(session, self._clock, now, waits)
        self._last = now, waits

    def go_on(self, now: datetime) -> None:
        """In the middle of long work."""
        if self._last:
            self.beat(now)


def pulse(session: Session, now: datetime) -> Pulse:
    """What lies in the future was no look of a clock that goes right."""
    looked_at = _newest(session, col(Heartbeat.looked_at) <= now + APART)
    waits = session.exec(select(Heartbeat.waits).where(Heartbeat.waits != "")).first()
    age = None if looked_at is None else max(now - looked_at, timedelta())
    return Pulse(age, waits or "")


def last(session: Session) -> datetime | None:
    """When a clock looked last, by its own time; none where none ever did."""
    return _newest(session)


def witness(session: Session) -> datetime | None:
    """What another machine says that time is: the one of the database."""
    if session.connection().dialect.name != "postgresql":
        return None
    found: datetime | None = session.connection().execute(text(_ELSEWHERE)).scalar_one()
    return found


def _keep(session: Session, clock: str, now: datetime, waits: str) -> None:
    """One that waits doesn't know what time it is: its row is as old as the newest."""
    looked_at = last(session) if waits else now
    if looked_at is None:
        return
    if not waits:
        at = col(Heartbeat.looked_at)
        session.execute(delete(Heartbeat).where(or_(at < now - DEAD, at > now + APART)))
    session.merge(Heartbeat(clock=clock, looked_at=looked_at, waits=waits))


def _newest(session: Session, *which: ColumnElement[bool]) -> datetime | None:
    at = col(Heartbeat.looked_at)
    return session.exec(select(at).where(*which).order_by(at.desc())).first()
