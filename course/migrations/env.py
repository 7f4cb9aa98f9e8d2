"""Alembic's entry point: one connection, one transaction for all that is pending."""

from alembic import context
from sqlmodel import SQLModel

import course.models  # noqa: F401  registers the tables
from course.db.engine import connect

engine = connect(context.config.attributes["url"]).execution_options(writes=True)
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
