"""Sessions: one way to read and one way to write.

They are opened at the edge (route, job, command); a function that takes a `session` never commits.
On SQLite a writer takes the database's one write lock when its transaction begins (BEGIN IMMEDIATE,
see `engine`), so none is refused half-way.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlmodel import Session


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """A session that commits at the end of the block, or not at all."""
    with Session(engine.execution_options(writes=True), expire_on_commit=False) as session:
        yield session
        session.commit()


@contextmanager
def autocommit(engine: Engine) -> Iterator[Connection]:
    """A connection for a single statement that writes: a transaction of its own.

    On SQLite there is no BEGIN, so its write lock is held within that statement only. In a
    `transaction` a thread holds it while it waits for Python's own lock, and other writers wait.
    """
    with engine.connect().execution_options(writes=True, single_statement=True) as connection:
        yield connection
        connection.commit()


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that can't write: the database refuses (PRAGMA query_only, READ ONLY)."""
    reader = engine
    if engine.dialect.name == "postgresql":
        reader = engine.execution_options(postgresql_readonly=True)
    with Session(reader) as session:
        yield session
