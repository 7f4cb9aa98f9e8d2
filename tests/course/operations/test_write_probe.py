"""A database that takes nothing is told by a write, and nothing of the write is left."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import NotSupportedError

from course.db.engine import connect, is_unavailable
from course.db.transactions import transaction
from course.operations import health, write_probe
from course.operations.doctor import checks
from course.operations.write_probe import FULL, LOCKED, NOT_ALLOWED, READ_ONLY
from course.scheduling import clock_loop
from tests.support import capabilities, servers, worlds
from tests.support.world import World

ONLY_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ONLY_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

SOON = 0.3


@contextmanager
def locked(world: World, table: str = "request") -> Iterator[None]:
    """By another process: SQLite's one lock, or a table's in PostgreSQL."""
    url = world.runtime.engine.url
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(url.database), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
    else:
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain) as other:
            other.execute(f"LOCK TABLE {table} IN SHARE MODE")
            yield


def database(world: World) -> Path:
    return Path(str(world.runtime.engine.url.database))


def doctor(world: World, part: str = "writing") -> str:
    found = checks.check_all(world.runtime)
    return "\n".join(f"{one.level} {one.words}" for one in found if one.part == part)


def test_a_database_that_takes_a_write_keeps_nothing_of_it(world: World) -> None:
    before = world.rows()
    assert write_probe.refusal(world.runtime.engine) is None
    assert doctor(world) == "fine the database takes it"
    assert world.rows() == before


def test_a_database_that_is_locked_is_told(world: World) -> None:
    engine = world.runtime.engine
    with locked(world):
        assert write_probe.refusal(engine, SOON) is LOCKED
    assert write_probe.refusal(engine, SOON) is None


@ONLY_POSTGRESQL
def test_a_table_that_the_clock_writes_may_be_the_one_that_is_locked(world: World) -> None:
    for table in ("enrollment", "heartbeat"):
        with locked(world, table):
            assert write_probe.refusal(world.runtime.engine, SOON) is LOCKED


def test_a_lock_that_is_given_back_in_time_is_none(world: World) -> None:
    with locked(world):
        found: list[object] = ["waits"]
        probe = threading.Thread(
            target=lambda: found.append(write_probe.refusal(world.runtime.engine, 30))
        )
        probe.start()
        probe.join(SOON)
    probe.join()
    assert found == ["waits", None]


@ONLY_SQLITE
def test_writers_who_follow_each_other_without_a_gap_are_no_standstill(world: World) -> None:
    with closing(sqlite3.connect(database(world), isolation_level=None)) as other:
        found: list[object] = []
        other.execute("BEGIN IMMEDIATE")
        probe = threading.Thread(
            target=lambda: found.append(write_probe.refusal(world.runtime.engine, 1))
        )
        probe.start()
        while probe.is_alive():
            other.execute("UPDATE alembic_version SET version_num = version_num")
            other.execute("COMMIT")
            other.execute("BEGIN IMMEDIATE")
            probe.join(0.01)
    assert found == [None]


@ONLY_SQLITE
def test_the_usual_patience_is_what_it_was(world: World) -> None:
    engine = world.runtime.engine
    with locked(world):
        write_probe.refusal(engine, SOON)
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA busy_timeout")).scalar_one() == 15_000


@ONLY_SQLITE
def test_a_full_disk_is_told(world: World) -> None:
    with capabilities.no_room():
        answer = world.open("/readyz")
        assert write_probe.refusal(world.runtime.engine) is FULL
        words = health.room(world.runtime.settings) or ""
    assert "takes no file more" in words
    assert (answer.status_code, answer.text) == (503, f"not ready: the database {FULL.words}\n")
    assert write_probe.refusal(world.runtime.engine) is None


@ONLY_POSTGRESQL
def test_a_role_that_may_not_write_is_told(world: World) -> None:
    with transaction(world.runtime.engine) as session:
        session.execute(text("CREATE ROLE onlooker LOGIN"))
        session.execute(text("GRANT SELECT ON ALL TABLES IN SCHEMA public TO onlooker"))
    engine = connect(str(world.runtime.engine.url.set(username="onlooker")))
    assert write_probe.refusal(engine) is NOT_ALLOWED
    engine.dispose()
    with transaction(world.runtime.engine) as session:
        session.execute(text("DROP OWNED BY onlooker"))
        session.execute(text("DROP ROLE onlooker"))


def test_a_standby_is_told(tmp_path: Path) -> None:
    with servers.standby() as url:
        made = worlds.make(url, tmp_path)
        assert write_probe.refusal(made.runtime.engine) is READ_ONLY
        assert "trouble can be read but not written" in doctor(made, "database")
        with pytest.raises(NotSupportedError) as refused:
            clock_loop.tick(made.runtime)
        made.runtime.engine.dispose()
    assert is_unavailable(refused.value)
