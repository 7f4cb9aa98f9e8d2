"""Fixtures: real parts, made once, and a world on each kind of database.

What they need is imported when they are asked for: the tests of the pure packages need none of it,
and are over before the application would be loaded.
"""

import gc
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

from tests.support import amounts

if TYPE_CHECKING:
    from tests.support.prepared import Prepare, Prepared, Steps
    from tests.support.restored import Restored
    from tests.support.servers import Mailroom
    from tests.support.terminal import Terminal
    from tests.support.world import World

# A shell's background job is born deaf to Ctrl-C, and so would be every program that it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

# What is made for a test is large, and seldom goes round in circles.
gc.set_threshold(50_000, 20, 20)

amounts.load_profile()

# What takes longest comes first: at the end nobody waits for it alone.
FIRST = (
    "tests/browser/",
    "tests/test_",
    "tests/faults/",
    "tests/course/operations/test_run.py",
    "tests/security/test_sizes.py",
    "tests/security/test_tokens.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(FIRST))


def pytest_xdist_auto_num_workers() -> int:
    """More than there are cores: many tests wait, for a mail server or a browser."""
    return (os.cpu_count() or 1) + 2


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    return _LoadScheduling(config, log)


class _LoadScheduling(LoadFileScheduling):  # type: ignore[misc]
    """A file at a time: its tests share what they begin with. All browser tests share a browser."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        return "tests/browser" if file.startswith("tests/browser/") else file


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    from tests.support import servers

    with servers.redis() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_uri() -> Iterator[str]:
    from tests.support import servers

    with servers.postgres() as uri:
        yield uri


@pytest.fixture
def smtp() -> Iterator[tuple[str, "Mailroom"]]:
    from tests.support import servers

    with servers.smtp() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with all tables and the shipped course in it, to be copied."""
    path = tmp_path_factory.mktemp("template") / "letterpath.sqlite3"
    fill(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_database(postgres_uri: str) -> Iterator["Restored"]:
    """A database with the same in it, for one test after the other."""
    from tests.support import servers
    from tests.support.restored import Restored

    url = servers.new_database(postgres_uri, "published")
    fill(url)
    database = Restored(url)
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database as fresh as new, with the course published, of each kind in turn."""
    if request.param == "sqlite":
        copy = tmp_path / "letterpath.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), copy)
        return f"sqlite:///{copy}"
    database: Restored = request.getfixturevalue("postgres_database")
    database.restore()
    return database.url


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator["World"]:
    """The whole installation, its letters kept in memory."""
    from tests.support import worlds

    made = worlds.make(database_url, tmp_path)
    yield made
    made.runtime.engine.dispose()


@pytest.fixture(scope="session")
def prepared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> "Prepared":
    from tests.support.prepared import Prepared

    folder = tmp_path_factory.mktemp("prepared")
    return Prepared(folder, lambda: request.getfixturevalue("postgres_database"))


@pytest.fixture
def prepare(world: "World", prepared: "Prepared") -> "Prepare":
    """Brings the world to where some steps lead; they are taken once for each database."""

    def bring(steps: "Steps") -> "World":
        prepared.bring(world, steps)
        return world

    return bring


@pytest.fixture
def terminal(world: "World") -> Iterator["Terminal"]:
    """`letterpath …` in this process, on this world and by its clock."""
    from tests.support.terminal import typed_in

    with typed_in(world) as type_in:
        yield type_in


def fill(url: str) -> None:
    from course.db.engine import connect
    from course.db.schema import migrate
    from course.db.transactions import transaction
    from tests.support import compiled_once, shipped

    migrate(url)
    engine = connect(url)
    with transaction(engine) as session:
        shipped.publish(session)
    compiled_once.keep_statements(engine)
    engine.dispose()
