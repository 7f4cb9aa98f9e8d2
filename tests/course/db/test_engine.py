"""Whatever a driver says, and whenever, is an error of SQLAlchemy's, and classed."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from course.db.engine import connect, is_unavailable
from course.db.transactions import autocommit, reading, transaction

WRITES = (
    "INSERT INTO suppression (address_key, reason, since) VALUES ('ada', 'asked', '2026-12-04')"
)

ONLY_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ONLY_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@contextmanager
def engine_at(url: str) -> Iterator[Engine]:
    engine = connect(url)
    yield engine
    engine.dispose()


@contextmanager
def locked(url: str) -> Iterator[None]:
    with closing(sqlite3.connect(path_of(url), isolation_level=None)) as lock:
        lock.execute("BEGIN IMMEDIATE")
        yield
        lock.execute("ROLLBACK")


def path_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///").partition("?")[0])


def writing(engine: Engine, *before: str | Callable[[Session], object]) -> SQLAlchemyError:
    """What a transaction that writes is told, after what is done `before`."""
    try:
        with transaction(engine) as session:
            for step in before:
                step(session) if callable(step) else session.execute(text(step))
            session.execute(text(WRITES))
    except SQLAlchemyError as error:
        return error
    raise AssertionError("it was written")


def asked(engine: Engine) -> SQLAlchemyError:
    with pytest.raises(SQLAlchemyError) as refused, reading(engine) as session:
        session.execute(text("SELECT * FROM suppression"))
    return refused.value


@ONLY_SQLITE
def test_a_locked_file_is_an_error_of_ours_at_the_very_begin(database_url: str) -> None:
    with engine_at(f"{database_url}?timeout=0.1") as engine, locked(database_url):
        assert is_unavailable(writing(engine))
        with pytest.raises(SQLAlchemyError) as refused, autocommit(engine) as connection:
            connection.execute(text(WRITES))
        assert is_unavailable(refused.value)
        with reading(engine) as session:
            assert session.execute(text("SELECT count(*) FROM suppression")).scalar_one() == 0
    with engine_at(database_url) as engine, transaction(engine) as session:
        session.execute(text(WRITES))


def test_a_lock_while_connecting_is_one_too(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "new.sqlite3", isolation_level=None)) as lock:
        lock.execute("CREATE TABLE suppression (address_key)")
        lock.execute("BEGIN EXCLUSIVE")
        with engine_at(f"sqlite:///{tmp_path}/new.sqlite3?timeout=0.1") as engine:
            assert is_unavailable(asked(engine))


@ONLY_SQLITE
def test_a_full_disk_is_an_error_of_ours(database_url: str) -> None:
    large = "CREATE TABLE large AS SELECT zeroblob(90000) AS room"
    with engine_at(database_url) as engine:
        # As many pages as there are.
        assert is_unavailable(writing(engine, "PRAGMA max_page_count = 1", large))


@ONLY_SQLITE
@pytest.mark.parametrize("damage", ["no database at all, but words " * 200, "", None])
def test_a_file_that_is_no_database_is_an_error_of_ours(
    database_url: str, damage: str | None
) -> None:
    file = path_of(database_url)
    file.unlink()
    if damage is None:
        file.mkdir()
    else:
        file.write_text(damage)
    with engine_at(database_url) as engine:
        error = asked(engine)
    # An empty file is a database without tables: nobody need try again before it is migrated.
    assert is_unavailable(error) is (damage != "")


@ONLY_POSTGRESQL
@pytest.mark.parametrize("moment", ["statement", "commit"])
def test_a_connection_that_is_cut_is_an_error_of_ours(database_url: str, moment: str) -> None:
    def cut(session: Session) -> None:
        pid = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with other.connect() as killer:
            killer.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})

    def commit_after(session: Session) -> None:
        session.execute(text(WRITES))
        cut(session)
        session.commit()

    with engine_at(database_url) as engine, engine_at(database_url) as other:
        assert is_unavailable(writing(engine, cut if moment == "statement" else commit_after))


def test_what_the_question_is_to_blame_for_is_no_trouble(database_url: str) -> None:
    with engine_at(database_url) as engine, transaction(engine) as session:
        for words in ("SELECT * FROM nowhere", "INSERT INTO suppression VALUES (NULL, NULL, NULL)"):
            with pytest.raises(SQLAlchemyError) as refused, session.begin_nested():
                session.execute(text(words))
            assert not is_unavailable(refused.value)


@ONLY_POSTGRESQL
def test_what_is_read_only_or_waits_too_long_is_trouble(database_url: str) -> None:
    with engine_at(database_url) as engine:
        assert is_unavailable(writing(engine, "SET LOCAL transaction_read_only = on"))
        slow = ("SET LOCAL statement_timeout = 1", "SELECT pg_sleep(1)")
        assert is_unavailable(writing(engine, *slow))


@ONLY_POSTGRESQL
def test_no_free_connection_is_trouble(database_url: str) -> None:
    with engine_at(database_url) as engine:
        engine.pool._timeout = 0.1  # type: ignore[attr-defined]
        held = [engine.connect() for _ in range(15)]
        assert is_unavailable(asked(engine))
        for connection in held:
            connection.close()
