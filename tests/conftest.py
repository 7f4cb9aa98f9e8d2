"""Fixtures: real parts, made once, and a world on each kind of database."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from course.db import connect, migrate, transaction
from tests import servers
from tests import world as worlds
from tests.servers import Mailroom
from tests.world import World


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    with servers.redis() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_uri() -> Iterator[str]:
    with servers.postgres() as uri:
        yield uri


@pytest.fixture
def smtp() -> Iterator[tuple[str, Mailroom]]:
    with servers.smtp() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with all tables and the shipped course in it, to be copied."""
    path = tmp_path_factory.mktemp("template") / "letterpath.sqlite3"
    fill(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_uri: str) -> str:
    """The name of a database with the same in it."""
    fill(servers.new_database(postgres_uri, "published"))
    return "published"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database with the course published, of each kind in turn."""
    if request.param == "sqlite":
        copy = tmp_path / "letterpath.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), copy)
        yield f"sqlite:///{copy}"
        return
    uri: str = request.getfixturevalue("postgres_uri")
    name = f"test_{uuid4().hex[:12]}"
    yield servers.new_database(uri, name, request.getfixturevalue("postgres_template"))
    servers.drop_database(uri, name)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    """The whole installation, its letters kept in memory."""
    made = worlds.make(database_url, tmp_path)
    yield made
    made.runtime.engine.dispose()


def fill(url: str) -> None:
    migrate(url)
    engine = connect(url)
    with transaction(engine) as session:
        worlds.publish(session)
    engine.dispose()
