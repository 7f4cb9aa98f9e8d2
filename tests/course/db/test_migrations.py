"""From the first tables to the newest, with data in them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, func, inspect, text
from sqlmodel import SQLModel, col, select

from course.db.schema import migrate
from course.db.transactions import reading, transaction
from course.models import Course, Delivery, Enrollment, Reflection, Request, Subscriber
from tests.course.db.kit import FIRST_ROWS, NOON, insert, to_revision, to_the_first_revision
from tests.support.environment import ROOT

_INDEXES = {
    "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "postgresql": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
    " AND tablename <> 'alembic_version'",
}


def shape(engine: Engine) -> dict[str, object]:
    """Every table with its columns and constraints, as the database has them."""
    eye = inspect(engine)
    made: dict[str, object] = {}
    for table in set(eye.get_table_names()) - {"alembic_version"}:
        columns = [(c["name"], str(c["type"]), c["nullable"]) for c in eye.get_columns(table)]
        checks = [(check["name"], check["sqltext"]) for check in eye.get_check_constraints(table)]
        keys = [(key["name"], key["options"]) for key in eye.get_foreign_keys(table)]
        made[table] = sorted(columns), sorted(map(str, checks)), sorted(map(str, keys))
    with reading(engine) as session:
        indexes = session.scalars(text(_INDEXES[engine.dialect.name])).all()
        made["indexes, each with its condition"] = sorted(indexes)
    if engine.dialect.name == "sqlite":
        never_again = "SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'"
        with reading(engine) as session:
            made["ids are never given again"] = sorted(session.scalars(text(never_again)).all())
    return made


def test_data_of_the_first_revision_is_still_there_at_the_newest(
    empty_url: str, empty: Engine
) -> None:
    to_the_first_revision(empty_url)
    insert(empty, FIRST_ROWS)
    migrate(empty_url)
    with reading(empty) as session:
        assert session.exec(select(Subscriber.first_name)).one() == "Ada"
        assert session.exec(select(Course.state)).one() == "open"
        assert session.exec(select(Enrollment.zone)).one() == "Europe/Berlin"
        assert session.exec(select(Reflection.text)).one() == "We listened."
        assert session.exec(select(Delivery.message_id)).one() == "<1@example.org>"
        assert session.exec(select(Request.address_key)).one() == "ada@example.org"
        for name in FIRST_ROWS.keys() & SQLModel.metadata.tables.keys():
            table = SQLModel.metadata.tables[name]
            assert session.scalar(select(func.count()).select_from(table)) == 1, name


def test_a_reader_s_own_day_is_one_of_their_days(empty_url: str, empty: Engine) -> None:
    """And who had none of their own goes on following the course."""
    to_the_first_revision(empty_url)
    insert(empty, FIRST_ROWS)
    grace = {**FIRST_ROWS["subscriber"], "address": "g@example.org", "address_key": "g@example.org"}
    insert(empty, {"subscriber": grace})
    own = {**FIRST_ROWS["enrollment"], "subscriber_id": 2, "weekday": 6, "at": "08:15"}
    insert(empty, {"enrollment": own})
    migrate(empty_url)
    with reading(empty) as session:
        places = session.exec(select(Enrollment.days, Enrollment.at).order_by(col(Enrollment.id)))
        assert places.all() == [(None, None), ("6", "08:15")]


def test_the_database_refuses_days_that_no_week_has(empty_url: str, empty: Engine) -> None:
    to_the_first_revision(empty_url)
    insert(empty, FIRST_ROWS)
    migrate(empty_url)
    for days in ("", "7", "0,3"):
        with transaction(empty) as session, pytest.raises(Exception, match=r"(?i)check"):
            session.execute(text("UPDATE enrollment SET days = :days"), {"days": days})


def test_the_first_rows_are_of_every_table_of_the_first_revision(
    empty_url: str, empty: Engine
) -> None:
    to_the_first_revision(empty_url)
    assert set(inspect(empty).get_table_names()) == {*FIRST_ROWS, "alembic_version"}


def test_the_newest_revision_is_what_the_models_say(empty_url: str, empty: Engine) -> None:
    migrate(empty_url)
    with empty.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_checks_and_keys_are_what_the_models_say(empty_url: str, empty: Engine) -> None:
    """Alembic compares neither: what differs is written by hand (see CONTRIBUTING.md)."""
    SQLModel.metadata.create_all(empty.execution_options(writes=True))
    created = shape(empty)
    SQLModel.metadata.drop_all(empty.execution_options(writes=True))
    migrate(empty_url)
    migrated = shape(empty)
    differing = {name for name in created | migrated if created.get(name) != migrated.get(name)}
    assert differing == set(), [(migrated.get(name), created.get(name)) for name in differing]


def test_an_erased_delivery_s_number_is_not_given_again(empty_url: str, empty: Engine) -> None:
    """Though SQLite makes that table anew when newsletters come."""
    to_the_first_revision(empty_url)
    insert(empty, FIRST_ROWS)
    to_revision(empty_url, "0004")
    copy = """INSERT INTO delivery (enrollment_id, round, kind, slot, letter_id, state, due_at,
                  attempts, uncertainties, fence, message_id, words, created_at)
              SELECT enrollment_id, round, kind, 'later', letter_id, state, due_at,
                  attempts, uncertainties, fence, message_id, words, created_at FROM delivery"""
    with transaction(empty) as session:
        session.execute(text(copy))
        session.execute(text("DELETE FROM delivery WHERE slot = 'later'"))
    migrate(empty_url)
    with transaction(empty) as session:
        session.execute(text(copy))
        assert session.scalars(text("SELECT max(id) FROM delivery")).one() == 3


def test_migrating_twice_changes_nothing(empty_url: str, empty: Engine) -> None:
    migrate(empty_url)
    insert(empty, {"time_shift": {"id": 1, "seconds": 7}})
    once = shape(empty)
    migrate(empty_url)
    assert shape(empty) == once
    with reading(empty) as session:
        assert session.execute(text("SELECT seconds FROM time_shift")).scalar() == 7


def test_the_database_refuses_a_state_that_does_not_exist(empty_url: str, empty: Engine) -> None:
    migrate(empty_url)
    unknown: dict[str, object] = {"address_key": "x", "reason": "because", "since": NOON}
    with pytest.raises(Exception, match=r"(?i)check"):
        insert(empty, {"suppression": unknown})


def test_the_database_refuses_a_reader_who_writes(empty_url: str, empty: Engine) -> None:
    migrate(empty_url)
    with reading(empty) as session, pytest.raises(Exception, match=r"(?i)read.?only"):
        session.execute(text("DELETE FROM subscriber"))


@pytest.fixture
def workshop(tmp_path: Path) -> Path:
    """A copy of the code, to change a model in."""
    for package in ("course", "emails", "sequences"):
        leave = shutil.ignore_patterns("static", "templates")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=leave)
    return tmp_path


def write_migration(workshop: Path, name: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "course.migrations.write", name],
        cwd=workshop,
        env={**os.environ, "PYTHONPATH": str(workshop)},
        capture_output=True,
        text=True,
        check=False,
    )


def newest(workshop: Path) -> Path:
    return max((workshop / "course" / "migrations" / "versions").glob("*.py"))


def test_a_changed_model_becomes_the_next_migration(workshop: Path) -> None:
    before = int(newest(workshop).name[:4])
    model = workshop / "course" / "models" / "subscriber.py"
    field = "    first_name: str = "
    assert field in model.read_text()
    model.write_text(model.read_text().replace(field, f"    motto: str | None = None\n{field}", 1))
    done = write_migration(workshop, "a subscriber has a motto")
    written = newest(workshop)
    assert written.name == f"{before + 1:04}_a_subscriber_has_a_motto.py"
    assert str(written.relative_to(workshop)) in done.stdout
    assert 'add_column(sa.Column("motto", sa.String(), nullable=True))' in written.read_text()
    assert "sqlite_autoincrement" in written.read_text()


def test_where_nothing_differs_the_author_is_told(workshop: Path) -> None:
    assert "nothing to do in it" in write_migration(workshop, "only data").stdout


def test_a_migration_without_a_name_is_refused(workshop: Path) -> None:
    before = newest(workshop)
    done = write_migration(workshop, " ")
    assert done.returncode == 1
    assert 'make migration NAME="' in done.stderr
    assert newest(workshop) == before


def test_who_had_left_is_not_brought_back_by_a_link_of_before(
    empty_url: str, empty: Engine
) -> None:
    to_the_first_revision(empty_url)
    insert(empty, FIRST_ROWS)
    with transaction(empty) as session:
        session.execute(text("UPDATE enrollment SET state = 'left'"))
    migrate(empty_url)
    with reading(empty) as session:
        assert session.exec(select(Enrollment.left_after)).one() == 1
        assert session.exec(select(Subscriber.journal_epoch)).one() == 0
