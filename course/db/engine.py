"""The database: SQLite or PostgreSQL, one way to read and one way to write.

Transactions are opened at the edge (route, job, command); whoever takes a `session` never
commits. `reading` is read-only and the database itself sees to it, so a page that is only
opened can't change anything.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlmodel import Session

from course.config import file_permissions
from course.db import postgresql

MIGRATIONS = Path(__file__).parents[1] / "migrations"

# Seconds that SQLite waits for the one writer before it gives up, unless the URL says `?timeout=`.
BUSY_TIMEOUT = 15

# Kept in memory, in KiB: what a batch of scattered readers touches more than once.
CACHE = 8_000

# So many pages of 4 KiB may stand in the write-ahead log before they are copied into the file.
WAL_PAGES = 16_000

# What is left of the log's file once it was copied, in bytes. See also `scrubbing`.
WAL_BYTES = WAL_PAGES * 4096

# What SQLite says (the low byte of `sqlite_errorcode`) where the file can't be read or written just
# now, whatever was asked: https://sqlite.org/rescode.html
_SQLITE_TROUBLE = {
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
    # An error's words end up in the log, and the log has no addresses.
    engine = create_engine(parsed, hide_parameters=True, connect_args=waits)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "handle_error", _handle_sqlite_error)
    return engine


def is_trouble(error: SQLAlchemyError) -> bool:
    """The database can't be reached, read or written just now, and it is no fault of the question.

    Worth trying again as it is.
    """
    if isinstance(error, PoolTimeoutError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _SQLITE_TROUBLE
    return postgresql.is_trouble(error)


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """A session that commits at the end of the block, or not at all."""
    with Session(engine.execution_options(writes=True), expire_on_commit=False) as session:
        yield session
        session.commit()


@contextmanager
def one_row(engine: Engine) -> Iterator[Connection]:
    """For a single statement that writes, and nothing that has to hold together with it.

    SQLite's one lock for writers is taken and given back within that statement. In a `transaction`
    a thread holds it while it waits for Python's own lock, and every other writer sleeps.
    """
    with engine.connect().execution_options(writes=True, one_row=True) as connection:
        yield connection
        connection.commit()


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that can't write: the database refuses."""
    reader = engine
    if engine.dialect.name == "postgresql":
        reader = engine.execution_options(postgresql_readonly=True)
    with Session(reader) as session:
        yield session


def migrate(url: str) -> None:
    """Bring the database at `url` to the newest revision; its files are its owner's alone."""
    file_permissions.close(file_permissions.database_files(url))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    command.upgrade(config, "head")
    file_permissions.close(file_permissions.database_files(url))


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver would open transactions on its own, and always deferred ones: we do it below.
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        # Rows of readers who are due lie scattered: a page is better copied back once than often.
        f"wal_autocheckpoint = {WAL_PAGES}",
        # What a statement would have to take back is written down first: not into a file.
        "temp_store = MEMORY",
        f"cache_size = -{CACHE}",
        "foreign_keys = ON",
        # What was erased is overwritten, whatever the library was built with.
        "secure_delete = ON",
        f"journal_size_limit = {WAL_BYTES}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Writers take the lock at once, so that none is refused half-way (SQLITE_BUSY)."""
    options = connection.get_execution_options()
    writes = options.get("writes", False)
    # Straight to the driver: SQLAlchemy would take longer for these two than for the rest. So it is
    # for us to class what it says, as SQLAlchemy does with all else.
    driver: Any = connection.connection.driver_connection
    try:
        if connection.info.get("writes") is not writes:
            driver.execute(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
            connection.info["writes"] = writes
        if not options.get("one_row", False):
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
    """Opened while the file was read-only, a connection stays so when the file is not any more.

    So do the others in the pool, and what SQLite shares between them: all are to be opened anew.
    """
    code = getattr(said, "sqlite_errorcode", 0) & 0xFF
    return code == sqlite3.SQLITE_READONLY and connection.info.get("writes") is True
