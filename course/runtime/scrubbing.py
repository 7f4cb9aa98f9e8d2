"""Scrubbing: what was erased or replaced is overwritten on the disk as well, within minutes.

A deleted row leaves bytes behind: SQLite's stay in its write-ahead log, and in the gaps of pages
that were put in order; PostgreSQL's in its files, until something else needs the room. Whoever
erases leaves a row of `erasure`; the clock then writes the tables with people's words anew, and
takes the rows away.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from course.db import engine
from course.models import Erasure

log = logging.getLogger(__name__)

# With addresses, names, or what was written.
TABLES = ("subscriber", "consent", "reflection", "request")

# A mail server's words may repeat an address: the letters are written anew as well, on PostgreSQL,
# as long as they take no more than these bytes.
LETTERS, MOST_BYTES = "delivery", 256 * 2**20

# Until the next look, and until the next try where something stood in the way.
INTERVAL, RETRY_AFTER = timedelta(minutes=1), timedelta(seconds=10)

# Nobody can write while tables are written anew: that is one fiftieth of the time, at most.
SHARE = 50

# A lock is waited for no longer: others queue behind us.
LOCK_TIMEOUT_MS = 200

# Whether a transaction is still open that began before number :then was given (and sees what was
# erased since), here, on a standby that says so, or prepared; a slot may hold rows back, too.
_WATCHED = """
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint < %(then)s
        OR EXISTS (
            SELECT FROM (
                SELECT backend_xmin AS oldest FROM pg_stat_activity WHERE pid <> pg_backend_pid()
                UNION ALL SELECT xmin FROM pg_replication_slots
            ) AS others
            WHERE age(oldest) > age((%(then)s::bigint %% 4294967296)::text::xid)
        )
"""
_ASKED = "SELECT max(id), pg_snapshot_xmax(pg_current_snapshot())::text::bigint FROM erasure"


def request(session: Session) -> None:
    """Ask for it in the transaction that erases or replaces something."""
    session.add(Erasure())


class Scrubber:
    """One clock's. Any number may do it: what is done twice is done as well."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._next: datetime | None = None
        self._asked: tuple[int, int] | None = None  # PostgreSQL: up to which id, as of which number

    def look(self, now: datetime) -> None:
        """Once in a while: do what was asked for, or try again soon. Raises `SQLAlchemyError`."""
        # A clock that was set back must not keep us from it for long.
        if self._next is not None and now < self._next <= now + timedelta(hours=1):
            return
        self._next, begun_at = now + RETRY_AFTER, time.monotonic()
        sqlite = self._engine.dialect.name == "sqlite"
        if self._scrub_sqlite() if sqlite else self._scrub_postgresql():
            self._next = now + max(
                INTERVAL, timedelta(seconds=SHARE * (time.monotonic() - begun_at))
            )

    def _scrub_sqlite(self) -> bool:
        """The log is empty afterwards, whatever was in it."""
        with self._alone() as connection, _no_wait():
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {LOCK_TIMEOUT_MS}")
            if asked := connection.exec_driver_sql("SELECT max(id) FROM erasure").scalar():
                _rewrite(connection, asked)
            busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
            return not busy
        return False

    def _scrub_postgresql(self) -> bool:
        with self._alone() as connection, _no_wait():
            asked, then = connection.exec_driver_sql(_ASKED).one()
            if asked is None:
                return True
            if self._asked is None or self._asked[0] != asked:
                self._asked = asked, then
            if connection.exec_driver_sql(_WATCHED, {"then": self._asked[1]}).scalar_one():
                return False
            connection.exec_driver_sql(f"SET lock_timeout = {LOCK_TIMEOUT_MS}")
            size = connection.exec_driver_sql(f"SELECT pg_table_size('{LETTERS}')")
            for table in (*TABLES, LETTERS) if size.scalar_one() <= MOST_BYTES else TABLES:
                connection.exec_driver_sql(f"VACUUM (FULL) {table}")
            done = {"done": asked}
            connection.exec_driver_sql("DELETE FROM erasure WHERE id <= %(done)s", done)
            return True
        return False

    @contextmanager
    def _alone(self) -> Iterator[Connection]:
        """A connection without transactions of ours, that nobody gets after us."""
        options: dict[str, Any] = {"writes": True, "single_statement": True}
        if self._engine.dialect.name == "postgresql":
            options = {"isolation_level": "AUTOCOMMIT"}
        with self._engine.connect().execution_options(**options) as connection:
            try:
                yield connection
            finally:
                connection.invalidate()


@contextmanager
def _no_wait() -> Iterator[None]:
    """Who holds a lock has it: the next look tries again."""
    try:
        yield
    except DBAPIError as error:
        if not engine.is_unavailable(error):
            raise
        log.info("what was erased is not overwritten yet: %s", type(error.orig).__name__)


def _rewrite(connection: Connection, asked: int) -> None:
    """SQLite overwrites all pages of a table that is emptied whole, and so begins each anew."""
    run = connection.exec_driver_sql
    run("PRAGMA foreign_keys = OFF")  # the rows come back, and none of theirs may go with them
    run("BEGIN IMMEDIATE")
    for table in TABLES:
        run(f"CREATE TEMP TABLE kept AS SELECT * FROM main.{table}")  # noqa: S608
        run(f"DELETE FROM main.{table}")  # noqa: S608
        run(f"INSERT INTO main.{table} SELECT * FROM kept ORDER BY id")  # noqa: S608
        run("DROP TABLE kept")
    run("DELETE FROM erasure WHERE id <= ?", (asked,))
    run("COMMIT")
