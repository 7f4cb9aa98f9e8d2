"""From the first tables to the newest, with data in them."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlmodel import SQLModel, select

from course.db import MIGRATIONS, connect, migrate, reading, transaction
from course.models import Subscriber
from tests import servers


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without a single table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.sqlite3"
        return
    uri: str = request.getfixturevalue("postgres_uri")
    name = f"empty_{uuid4().hex[:12]}"
    yield servers.new_database(uri, name)
    servers.drop_database(uri, name)


def to_the_first_revision(url: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    command.upgrade(config, "0001")


def test_data_of_the_first_revision_is_still_there_at_the_newest(empty_url: str) -> None:
    to_the_first_revision(empty_url)
    engine = connect(empty_url)
    with transaction(engine) as session:
        session.execute(
            text(
                "INSERT INTO subscriber"
                " (address, address_key, first_name, zone, state, newsletters, created_at) VALUES"
                " ('Ada@example.org', 'ada@example.org', 'Ada', 'Europe/Berlin', 'confirmed', true,"
                " '2026-12-04 12:00:00+00:00')"
            )
        )
    migrate(empty_url)
    with reading(engine) as session:
        assert session.exec(select(Subscriber.first_name)).all() == ["Ada"]
    engine.dispose()


def test_the_newest_revision_is_what_the_models_say(empty_url: str) -> None:
    migrate(empty_url)
    engine = connect(empty_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


def test_migrating_twice_changes_nothing(empty_url: str) -> None:
    migrate(empty_url)
    migrate(empty_url)


def test_the_database_refuses_a_state_that_does_not_exist(empty_url: str) -> None:
    migrate(empty_url)
    engine = connect(empty_url)
    with pytest.raises(Exception, match=r"(?i)check"), transaction(engine) as session:
        session.execute(
            text(
                "INSERT INTO suppression (address_key, reason, since)"
                " VALUES ('x', 'because', '2026-12-04 12:00:00+00:00')"
            )
        )
    engine.dispose()


def test_the_database_refuses_to_write_for_a_reader(empty_url: str) -> None:
    migrate(empty_url)
    engine = connect(empty_url)
    with reading(engine) as session, pytest.raises(Exception, match=r"(?i)read.?only"):
        session.execute(text("DELETE FROM subscriber"))
    engine.dispose()
