"""Does the database take a write just now? Tried by one that is rolled back.

Whoever only reads a database that is locked, read-only or without room finds nothing wrong with it.
"""

import errno
import sqlite3
import tempfile
from collections.abc import Mapping
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from course.db import bulk
from course.models import Heartbeat
from course.models.columns import table
from course.runtime.clock import SystemClock

# Seconds: an ordinary writer is done in a fraction of one.
LOCK_TIMEOUT = 5

# Bytes of a file that is tried where the database's is.
SCRATCH_BYTES = 65_536

# What says "read-only" may be older than the file's new mode: our connection, then the write-ahead
# log that was made with the file's old mode. After each error it is opened anew.
READ_ONLY_TRIES = 3

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Refusal(NamedTuple):
    """Why nothing can be written, for anybody; and what to do, for the operator."""

    words: str
    remedy: str


LOCKED = Refusal(
    f"has been locked by somebody else for {LOCK_TIMEOUT} seconds",
    "Find who holds it (fuser -v on the file, pg_stat_activity in PostgreSQL), and end that",
)
READ_ONLY = Refusal(
    "can be read but not written",
    "Its files (-wal and -shm too) and folder belong to our own account, on a disk that is mounted "
    "read-write; a PostgreSQL that is a standby is the wrong one for LETTERPATH_DATABASE_URL",
)
FULL = Refusal("has no room left to write, or its disk fails", "Make room on its disk")
NOT_ALLOWED = Refusal(
    "may be read but not written by its role",
    "Let the role in LETTERPATH_DATABASE_URL own the tables, or GRANT it to write them",
)

# The low byte of `sqlite_errorcode` (https://sqlite.org/rescode.html).
_SQLITE = {
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_LOCKED: LOCKED,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_PERM: READ_ONLY,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_IOERR: FULL,
}

# SQLSTATE; a standby says "not supported" to a transaction that would write.
_POSTGRESQL = {
    "55P03": LOCKED,
    "57014": LOCKED,
    "25006": READ_ONLY,
    "0A000": READ_ONLY,
    "53100": FULL,
    "42501": NOT_ALLOWED,
}

_heartbeat = table(Heartbeat)

# What routes and the clock write, with the lock that every writer takes. Not those with letters:
# `scrubbing` may hold them for longer.
_LOCKS = text("LOCK TABLE request, enrollment IN ROW EXCLUSIVE MODE")
_WAITS = text("""
    SELECT set_config('lock_timeout', :limit, true), set_config('statement_timeout', :limit, true)
""")


def refusal(engine: Engine, patience: float = LOCK_TIMEOUT) -> Refusal | None:
    """None where it takes a write, be it after others'. Raises `SQLAlchemyError` where it is away.

    Writers that follow each other closely are no standstill, however long one waits for a gap.
    """
    for _ in range(READ_ONLY_TRIES):
        found = _refusal(engine, round(patience * 1000))
        if found is not READ_ONLY:
            break
    return found


def reason(error: DBAPIError) -> Refusal | None:
    """What an error of the database says of writing; none where it says something else."""
    if isinstance(error.orig, sqlite3.Error):
        return _SQLITE.get(getattr(error.orig, "sqlite_errorcode", 0) & 0xFF)
    return _POSTGRESQL.get(getattr(error.orig, "sqlstate", None) or "")


def has_room(folder: Path) -> bool:
    """Tried with a file that has no name: a quota, or a disk without inodes, has bytes left."""
    try:
        with tempfile.TemporaryFile(dir=folder, buffering=0) as scratch:
            return scratch.write(bytes(SCRATCH_BYTES)) == SCRATCH_BYTES
    except OSError as error:
        return error.errno not in _NO_ROOM


def _refusal(engine: Engine, milliseconds: int) -> Refusal | None:
    try:
        if engine.dialect.name == "sqlite":
            return _try_sqlite(engine, milliseconds)
        return _try_postgresql(engine, milliseconds)
    except DBAPIError as error:
        if found := reason(error):
            return found
        raise


def _try_sqlite(engine: Engine, milliseconds: int) -> Refusal | None:
    file = engine.url.database
    if file and not has_room(Path(file).parent):
        return FULL
    with engine.connect().execution_options(writes=True, single_statement=True) as connection:
        usual = _pragma(connection, "busy_timeout")
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {milliseconds}")
        try:
            return _begin(connection)
        finally:
            if not connection.invalidated:
                connection.exec_driver_sql(f"PRAGMA busy_timeout = {usual}")


def _begin(connection: Connection) -> Refusal | None:
    """The lock is held for as long as one row takes, in memory."""
    before = _pragma(connection, "data_version")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except DBAPIError as error:
        if reason(error) is LOCKED and _pragma(connection, "data_version") != before:
            return None  # others have written meanwhile
        raise
    try:
        _write(connection)
    finally:
        if not connection.invalidated:
            connection.exec_driver_sql("ROLLBACK")
    return None


def _pragma(connection: Connection, name: str) -> int:
    return int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())


def _try_postgresql(engine: Engine, milliseconds: int) -> Refusal | None:
    """What was written is taken back where the connection is."""
    with engine.connect() as connection:
        connection.execute(_WAITS, {"limit": str(milliseconds)})
        connection.execute(_LOCKS)
        _write(connection)
    return None


def _write(connection: Connection) -> None:
    """A row that nobody else has written: two that try would wait for each other."""
    row: Mapping[str, object] = {"clock": f"probe:{token_hex(8)}", "looked_at": SystemClock().now()}
    connection.execute(bulk.insert(bulk.dialect(connection), _heartbeat), [{**row, "waits": ""}])
