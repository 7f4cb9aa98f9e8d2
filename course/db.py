"""The database: SQLite or PostgreSQL, one way to read and one way to write.

Transactions are opened at the edge (route, job, command); whoever takes a `session` never
commits. `reading` is read-only and the database itself sees to it, so a page that is only
opened can't change anything.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlmodel import Session

MIGRATIONS = Path(__file__).parent / "migrations"

# A PostgreSQL that can't be reached any more is an error within the minute, and not a worker that
# waits for hours: libpq's own words, in seconds but for the last, which is in milliseconds.
REACHABLE = {
    "connect_timeout": 10,
    "keepalives_idle": 20,
    "keepalives_interval": 5,
    "keepalives_count": 4,
    "tcp_user_timeout": 30_000,
}

# SQLite waits this long for the one writer before it gives up, in milliseconds.
BUSY_TIMEOUT = 15_000

# Kept in memory, in KiB: what a batch of scattered readers touches more than once.
CACHE = 8_000

# So many pages of 4 KiB may stand in the write-ahead log before they are copied into the file.
WAL_PAGES = 16_000


def connect(url: str) -> Engine:
    """An engine for `sqlite:///…` or `postgresql://…` (psycopg 3)."""
    parsed = make_url(url)
    if parsed.drivername in {"postgres", "postgresql"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() != "sqlite":
        given = {name: value for name, value in REACHABLE.items() if name not in parsed.query}
        engine = create_engine(parsed, pool_pre_ping=True, hide_parameters=True, connect_args=given)
        event.listen(engine, "connect", _prepare_postgresql)
        return engine
    if parsed.database:
        Path(parsed.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # An error's words end up in the log, and the log has no addresses.
    engine = create_engine(parsed, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


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
    """Bring the database at `url` to the newest revision."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    command.upgrade(config, "head")


def _prepare_postgresql(connection: Any, _record: object) -> None:
    """A client that is cut off in the middle holds its locks no longer than this."""
    with connection.cursor() as cursor:
        cursor.execute("SET idle_in_transaction_session_timeout = '60s'")
        cursor.execute("SET tcp_keepalives_idle = 20")
        cursor.execute("SET tcp_keepalives_interval = 5")
        cursor.execute("SET tcp_keepalives_count = 4")
    connection.commit()


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
        f"busy_timeout = {BUSY_TIMEOUT}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Writers take the lock at once, so that none is refused half-way (SQLITE_BUSY)."""
    options = connection.get_execution_options()
    writes = options.get("writes", False)
    # Straight to the driver: SQLAlchemy would take longer for these two than for the rest.
    driver: Any = connection.connection.driver_connection
    if connection.info.get("writes") is not writes:
        driver.execute(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
        connection.info["writes"] = writes
    if not options.get("one_row", False):
        driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
