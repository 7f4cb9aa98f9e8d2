"""Connections to PostgreSQL as our code relies on them.

A database, a role, the environment and a host may each say something else of how moments are
written, how long a statement may take or what a transaction may do; so every connection says it
itself. Where a pooler stands between, the next transaction may be another server connection's:
there every transaction says it, in one round trip more, and nothing is prepared in the server.
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

# What was committed is on the disk, whoever thinks it need not be. Wishes for more are left alone.
_DURABLE = """
    SELECT set_config('synchronous_commit', 'local', {local})
    WHERE current_setting('synchronous_commit') = 'off'
"""


# Classes of SQLSTATE: no connection, no room, broken off by an operator, the system's own trouble,
# a lock, a transaction that another one made impossible, and what a standby says to one that would
# write (its manual, appendix A).
_TROUBLE = ("08", "53", "55P", "57", "58", "XX", "40", "25006", "25P03", "0A000")


class Unsuitable(psycopg.OperationalError):
    """A database that our code can't work with; the words say what to do."""


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


def is_trouble(error: DBAPIError) -> bool:
    """See `db.is_trouble`. Without an SQLSTATE it was the connection."""
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        return isinstance(error.orig, psycopg.OperationalError | psycopg.InterfaceError)
    return str(state).startswith(_TROUBLE)


def _prepare(connection: Any, record: Any, may_prepare: bool) -> None:
    # Said with every BEGIN, whatever is the default of the role or the database.
    connection.isolation_level = IsolationLevel.READ_COMMITTED
    connection.read_only = connection.deferrable = False
    connection.autocommit = True
    cursor = connection.execute(_says(local=False), prepare=False)
    cursor.nextset()
    pid, encoding, schema, *_ = cursor.fetchone()
    connection.autocommit = False
    _check(encoding, schema)
    # A pooler gives its clients numbers of its own.
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
        driver.execute(_LOCALLY, prepare=False)
    except psycopg.Error as said:
        raise DBAPIError.instance(None, None, said, psycopg.Error, True) from said


def _says(local: bool) -> str:
    """What sets all of it, for the session or for the transaction.

    The first statement is a quick one: a time limit for statements may be about to end the second.
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


_LOCALLY = _says(local=True)
