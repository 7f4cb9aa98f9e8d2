"""Connections to PostgreSQL, with the session settings our code relies on.

A database, a role, the environment and a host may each have defaults of their own for the format
of timestamps, time limits or what a transaction may do, so every connection sets them itself.
Behind a pooler that works by transaction (PgBouncer) the next transaction may run on another server
connection: there every transaction sets them, in one round trip more, and no statement is prepared
in the server (docs/deployment.md).
"""

from typing import Any

import psycopg
from psycopg import IsolationLevel
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from course.config.postgresql_url import OWN_OPTIONS, arguments

# PostgreSQL's own defaults, but for the first group. Those that a server doesn't know are left out.
SETTINGS = {
    # A client that is cut off in the middle holds its locks no longer than this.
    "idle_in_transaction_session_timeout": "60s",
    "tcp_keepalives_idle": "20",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "4",
    "DateStyle": "ISO, MDY",
    "IntervalStyle": "postgres",
    "TimeZone": "UTC",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "array_nulls": "on",
    "standard_conforming_strings": "on",
    "backslash_quote": "safe_encoding",
    "transform_null_equals": "off",
    "exit_on_error": "off",
    "row_security": "on",
    "statement_timeout": "0",
    "lock_timeout": "0",
    "transaction_timeout": "0",
    "idle_session_timeout": "0",
}

# A commit is on the disk, even where the default is `off`. Stricter settings are left alone.
_DURABLE = """
    SELECT set_config('synchronous_commit', 'local', {local})
    WHERE current_setting('synchronous_commit') = 'off'
"""


# Classes of SQLSTATE (PostgreSQL's manual, appendix A): connection, insufficient resources, lock
# not available, operator intervention, system error, internal error, transaction rollback
# (serialization, deadlock), read-only transaction, idle too long in a transaction, and feature not
# supported, which is what a standby says to some transactions that would write.
_UNAVAILABLE = ("08", "53", "55P", "57", "58", "XX", "40", "25006", "25P03", "0A000")


class Unsuitable(psycopg.OperationalError):
    """A database that our code can't work with; the message says what to do."""


def engine(url: URL) -> Engine:
    """Raises `UnusableURL`."""
    if url.drivername in {"postgres", "postgresql"}:
        url = url.set(drivername="postgresql+psycopg")
    given = arguments(url)
    plain = url.difference_update_query(OWN_OPTIONS)
    made = create_engine(plain, pool_pre_ping=True, hide_parameters=True, connect_args=given)

    def prepare(connection: Any, record: Any) -> None:
        _prepare(connection, record, may_prepare="prepare_threshold" in given)

    # Before SQLAlchemy's own first questions.
    event.listen(made, "connect", prepare, insert=True)
    event.listen(made, "begin", _begin)
    return made


def is_unavailable(error: DBAPIError) -> bool:
    """See `engine.is_unavailable`. Without an SQLSTATE it was the connection."""
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        return isinstance(error.orig, psycopg.OperationalError | psycopg.InterfaceError)
    return str(state).startswith(_UNAVAILABLE)


def _prepare(connection: Any, record: Any, may_prepare: bool) -> None:
    # psycopg adds them to every BEGIN, whatever the default of the role or the database.
    connection.isolation_level = IsolationLevel.READ_COMMITTED
    connection.read_only = connection.deferrable = False
    connection.autocommit = True
    cursor = connection.execute(_settings_sql(local=False), prepare=False)
    cursor.nextset()
    pid, encoding, schema, *_ = cursor.fetchone()
    connection.autocommit = False
    _check(encoding, schema)
    # A pooler gives its clients process ids of its own.
    record.info["pooled"] = pid != connection.info.backend_pid
    if record.info["pooled"] and not may_prepare:
        connection.prepare_threshold = None


def _check(encoding: str, schema: str | None) -> None:
    if encoding != "UTF8":
        raise Unsuitable(
            f"its encoding is {encoding}, and letters need UTF8. Make another: "
            "CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8'"
        )
    if schema is None:
        raise Unsuitable(
            "its search_path names no schema that exists. Set one: ALTER ROLE … SET search_path = "
            "public"
        )


def _begin(connection: Connection) -> None:
    if not connection.info.get("pooled"):
        return
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute(_SET_LOCAL, prepare=False)
    except psycopg.Error as said:
        raise DBAPIError.instance(None, None, said, psycopg.Error, True) from said


def _settings_sql(local: bool) -> str:
    """The SQL that applies `SETTINGS`, to the session or (`local`) to the transaction.

    It switches the time limit off in a statement of its own, or the limit could end the second one.
    """
    values = ", ".join(f"('{name}', '{value}')" for name, value in SETTINGS.items())
    # Nothing but our own constants is put together here.
    return f"""
        SET {"LOCAL" if local else "SESSION"} statement_timeout = 0;
        SELECT pg_backend_pid(), current_setting('server_encoding'), current_schema(),
            ({_DURABLE.format(local=local)}),
            array(
                SELECT set_config(name, value, {local}) FROM (VALUES {values}) AS ours (name, value)
                WHERE current_setting(name, true) IS NOT NULL
            )
    """  # noqa: S608


_SET_LOCAL = _settings_sql(local=True)
