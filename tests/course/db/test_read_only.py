"""An SQLite file that can't be written when a process opens it, and can be later."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from course.db.transactions import reading
from course.operations import write_probe
from course.operations.doctor import checks
from course.operations.write_probe import READ_ONLY
from course.scheduling import clock_loop
from tests.support import capabilities
from tests.support.world import World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def database(world: World) -> Path:
    return Path(str(world.runtime.engine.url.database))


def files(world: World) -> list[Path]:
    return sorted(database(world).parent.glob(f"{database(world).name}*"))


def give_back(world: World) -> None:
    """As an operator does it (chmod u+w on all): SQLite has made more with the file's mode."""
    for file in files(world):
        file.chmod(0o600)


def doctor(world: World) -> str:
    return "\n".join(found.words for found in checks.check_all(world.runtime))


@pytest.mark.parametrize("beside", [False, True], ids=["alone", "beside another"])
@pytest.mark.parametrize("which", ["file", "files"])
def test_what_was_opened_read_only_and_becomes_writable_is_written(
    world: World, which: str, beside: bool
) -> None:
    """As by a process that was started meanwhile."""
    world.runtime.engine.dispose()
    other = sqlite3.connect(database(world))
    if beside:
        other.execute("SELECT * FROM request").fetchall()
    named = {"file": [database(world)], "files": files(world)}
    with closing(other), capabilities.obeyed():
        with capabilities.read_only(*named[which]):
            with pytest.raises(OperationalError):
                clock_loop.tick(world.runtime)
            assert write_probe.refusal(world.runtime.engine) is READ_ONLY
            assert "can be read but not written. Its files" in doctor(world)
        give_back(world)
        assert write_probe.refusal(world.runtime.engine) is None
        clock_loop.tick(world.runtime)
        world.enroll()
    assert len(world.letters()) == 2


def test_a_folder_that_was_read_only_may_be_written_again(world: World) -> None:
    """Without its folder, SQLite can't even read."""
    world.runtime.engine.dispose()
    with capabilities.obeyed():
        with capabilities.read_only(database(world).parent):
            assert write_probe.refusal(world.runtime.engine) is READ_ONLY
            assert "can be read but not written" in doctor(world)
        assert write_probe.refusal(world.runtime.engine) is None
        world.enroll()


def test_without_a_probe_two_writers_at_most_meet_what_is_old(world: World) -> None:
    world.runtime.engine.dispose()
    with capabilities.obeyed():
        with capabilities.read_only(database(world)), reading(world.runtime.engine) as session:
            session.execute(text("SELECT * FROM request"))
        give_back(world)
        for _ in range(2):
            with suppress(OperationalError):
                clock_loop.tick(world.runtime)
        clock_loop.tick(world.runtime)
        world.enroll()


def test_a_reader_who_would_write_leaves_the_connections_alone(world: World) -> None:
    pool = world.runtime.engine.pool
    with reading(world.runtime.engine) as session, pytest.raises(OperationalError):
        session.execute(text("DELETE FROM request"))
    assert world.runtime.engine.pool is pool
