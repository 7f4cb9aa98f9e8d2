"""Alembic's entry point: one connection, one transaction for all that is pending.

SQLite makes a table anew where more changes than a column is added. With foreign keys on, dropping
the old one would erase every row that belongs to its rows; so they are off, and looked at in the
end (its manual, "Making Other Kinds Of Table Schema Changes").
"""

from typing import Any

from alembic import context
from sqlalchemy import Connection, event
from sqlmodel import SQLModel

import course.models  # noqa: F401  registers the tables
from course.db.engine import connect


def ignore_keys(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA foreign_keys = OFF")


def refuse_lost_rows(connection: Connection) -> None:
    """Nothing is kept of a migration that would leave some."""
    if lost := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
        raise RuntimeError(f"{len(lost):,} rows belong to a row that is gone: {lost[:5]}")


engine = connect(context.config.attributes["url"]).execution_options(writes=True)
is_sqlite = engine.dialect.name == "sqlite"
if is_sqlite:
    event.listen(engine, "connect", ignore_keys)
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=is_sqlite,
        compare_type=True,
    )
    with context.begin_transaction():
        before = context.get_context().get_current_revision()
        context.run_migrations()
        if is_sqlite and context.get_context().get_current_revision() != before:
            refuse_lost_rows(connection)
engine.dispose()
