"""SQLAlchemy's engine for SQLite or PostgreSQL, with the settings our code relies on.

Execution options of ours, as `sessions` sets them: `writes` (or the connection is read-only) and
`single_statement` (no BEGIN on SQLite).
"""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from course.db import postgresql

# Seconds that SQLite waits for the one writer before it gives up, unless the URL says `?timeout=`.
BUSY_TIMEOUT = 15

# SQLite's page cache of a connection: what a batch of scattered rows touches more than once.
CACHE_KIB = 8_000

# So many pages of 4 KiB may stand in the write-ahead log before a checkpoint copies them into the
# file. Copied less often it saves 4 µs a letter (docs/performance.md).
WAL_PAGES = 16_000

# What a checkpoint leaves of the log's file, in bytes. See also `scrubbing`.
WAL_BYTES = WAL_PAGES * 4096

# SQLite's primary result codes (the low byte of `sqlite_errorcode`) where the file can't be read or
# written just now, whatever was asked: https://sqlite.org/rescode.html
_SQLITE_UNAVAILABLE = {
    *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL),
    *(sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN),
    *(sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_PERM),
}


def connect(url: str) -> Engine:
    """An engine for `sqlite:///…` or `postgresql://…` (psycopg 3).

    Raises `ArgumentError` for a URL that can't be used.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return postgresql.engine(parsed)
    if parsed.database:
        Path(parsed.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    waits = {} if "timeout" in parsed.query else {"timeout": BUSY_TIMEOUT}
    # An error's message ends up in the log, and the log has no addresses.
    engine = create_engine(parsed, hide_parameters=True, connect_args=waits)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "handle_error", _handle_sqlite_error)
    return engine


def is_unavailable(error: SQLAlchemyError) -> bool:
    """The database can't be reached, read or written just now; the statement is not to blame.

    Worth trying again as it is.
    """
    if isinstance(error, PoolTimeoutError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _SQLITE_UNAVAILABLE
    return postgresql.is_unavailable(error)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver would begin transactions itself, always deferred ones: `_begin_sqlite` does it.
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        # Rows that are due lie scattered: a page that changes often is better copied back once.
        f"wal_autocheckpoint = {WAL_PAGES}",
        # Statement journals and sorting stay out of files.
        "temp_store = MEMORY",
        f"cache_size = -{CACHE_KIB}",
        "foreign_keys = ON",
        # Deleted content is overwritten with zeros, whatever the library was built with.
        "secure_delete = ON",
        f"journal_size_limit = {WAL_BYTES}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """BEGIN IMMEDIATE for writers: they take the write lock at once, or wait `BUSY_TIMEOUT`.

    A deferred one that turns into a writer half-way is refused (SQLITE_BUSY) without waiting.
    """
    options = connection.get_execution_options()
    writes = options.get("writes", False)
    # Straight to the driver: SQLAlchemy would take longer for these two than for the rest. So its
    # errors are wrapped here, as SQLAlchemy does with all others.
    driver: Any = connection.connection.driver_connection
    try:
        if connection.info.get("writes") is not writes:
            driver.execute(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
            connection.info["writes"] = writes
        if not options.get("single_statement", False):
            driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
    except sqlite3.Error as said:
        if _is_stale(connection, said):
            connection.invalidate(said)
            connection.engine.dispose()
        raise DBAPIError.instance(None, None, said, sqlite3.Error, True) from said


def _handle_sqlite_error(context: ExceptionContext) -> None:
    if context.connection is not None and _is_stale(context.connection, context.original_exception):
        context.is_disconnect = True
        context.connection.engine.dispose()


def _is_stale(connection: Connection, said: BaseException) -> bool:
    """A connection opened while the file was read-only stays so when the file is writable again.

    So do the others in the pool, and what SQLite shares between them: all are to be reopened.
    """
    code = getattr(said, "sqlite_errorcode", 0) & 0xFF
    return code == sqlite3.SQLITE_READONLY and connection.info.get("writes") is True
