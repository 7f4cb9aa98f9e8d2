"""What was erased is gone, from the tables and from the file."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import select

from course.db import reading, transaction
from course.models import (
    Request,
    RequestKind,
    Suppression,
    SuppressionReason,
)
from emails.tokens import Purpose
from tests.mallory.kit import SECRET, WEEK, erase, lesson_link
from tests.world import FRIDAY, World


def test_after_erasing_nothing_is_left_in_any_table(enrolled: World) -> None:
    enrolled.press(lesson_link(enrolled, "/reflect/"), text=SECRET)
    waiting = Request(kind=RequestKind.JOURNAL, address="Ada@Example.org", asked_at=FRIDAY)
    with transaction(enrolled.runtime.engine) as session:
        session.add(waiting)
    erase(enrolled)
    rows = enrolled.rows()
    tables = ("subscriber", "enrollment", "delivery", "reflection", "consent", "request")
    assert {table: rows[table] for table in tables} == {table: [] for table in tables}
    assert "ada@" not in str(rows).lower()


def test_after_erasing_nothing_is_left_in_the_file(enrolled: World) -> None:
    if enrolled.runtime.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL sweeps by itself (autovacuum)")
    enrolled.press(lesson_link(enrolled, "/reflect/"), text=SECRET)
    erase(enrolled)
    with enrolled.runtime.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    file = Path(str(enrolled.runtime.engine.url.database))
    for kept in (file, file.with_name(f"{file.name}-wal")):
        assert SECRET.encode() not in kept.read_bytes()


def test_whoever_never_confirmed_can_be_erased(world: World) -> None:
    world.sign_up("grace@example.org")
    pace = world.runtime.links.to(Purpose.PACE, 1, world.clock.now())
    world.press(f"{pace}/erasure")
    world.settle()
    world.press(world.link("/erase/", world.letters("grace@example.org")[-1]))
    assert world.rows()["subscriber"] == []


def test_links_of_the_erased_do_not_open_what_comes_after_them(enrolled: World) -> None:
    links = [lesson_link(enrolled, part) for part in ("/reflect/", "/pace/", "/u/", "/letters/")]
    erase(enrolled)
    enrolled.enroll("grace@example.org")
    enrolled.go(WEEK)
    assert {enrolled.open(link).status_code for link in links} == {410}


def test_what_outlives_erasing_is_that_we_may_not_write_there(enrolled: World) -> None:
    row = ("ada@example.org", SuppressionReason.COMPLAINT, FRIDAY)
    suppress(enrolled, *row)
    erase(enrolled)
    with reading(enrolled.runtime.engine) as session:
        kept = [(s.address_key, s.reason, s.since) for s in session.exec(select(Suppression))]
    assert kept == [row]


def test_an_address_that_we_may_not_write_to_gets_no_letter(world: World) -> None:
    suppress(world, "ada@example.org", SuppressionReason.COMPLAINT, FRIDAY)
    for spelling in ("ada@example.org", "ADA@Example.ORG"):
        assert world.sign_up(spelling).status_code == 303
    assert world.mail() == []


def suppress(world: World, address_key: str, reason: SuppressionReason, since: datetime) -> None:
    with transaction(world.runtime.engine) as session:
        session.add(Suppression(address_key=address_key, reason=reason, since=since))
