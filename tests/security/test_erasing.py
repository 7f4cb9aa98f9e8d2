"""What was erased is gone, from the tables and from the file."""

import random
import re
import time
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import delete, func, insert
from sqlmodel import col, select

from course.db.engine import connect
from course.db.transactions import reading, transaction
from course.models import (
    Erasure,
    Reflection,
    Request,
    RequestKind,
    Subscriber,
    Suppression,
    SuppressionReason,
)
from course.runtime import scrubbing
from course.scheduling import clock_loop
from course.sending import backoff
from emails.tokens import Purpose
from tests.security.conftest import ada_has_her_first_lesson
from tests.security.kit import SECRET, WEEK, erase, lesson_link, open_journal
from tests.support.prepared import Prepared
from tests.support.waiting import eventually
from tests.support.world import FRIDAY, World

# Of this database, who still sees rows that others have deleted.
READERS = """
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_xmin IS NOT NULL
"""


@pytest.fixture
def enrolled(world: World, prepared: Prepared) -> World:
    """Lived through each time: a copy of it would be found on the disk, and not in SQLite's log."""
    prepared.forget(world)
    ada_has_her_first_lesson(world)
    return world


def test_after_erasing_nothing_is_left_in_any_table(enrolled: World) -> None:
    enrolled.press(lesson_link(enrolled, "/reflect/"), text=SECRET)
    kind, address, key = RequestKind.JOURNAL, "Ada@Example.org", "ada@example.org"
    waiting = Request(kind=kind, address=address, address_key=key, asked_at=FRIDAY)
    with transaction(enrolled.runtime.engine) as session:
        session.add(waiting)
    eraser = enrolled.runtime.links.to(Purpose.ERASE, 1, enrolled.clock.now())
    assert "Every word in your journal" in enrolled.open(eraser).text
    erase(enrolled)
    rows = enrolled.rows()
    tables = ("subscriber", "enrollment", "delivery", "reflection", "consent", "request")
    assert {table: rows[table] for table in tables} == {table: [] for table in tables}
    assert "ada@" not in str(rows).lower()


def test_after_erasing_nothing_is_left_on_the_disk(enrolled: World) -> None:
    """Nobody but the clock cleans up here, and others are connected all the time."""
    clear_of_other_tests(enrolled)
    enrolled.press(lesson_link(enrolled, "/reflect/"), text=f"{SECRET} First.")
    tick(enrolled)
    assert SECRET.encode() in on_disk(enrolled), "the test can see it"
    with (
        reading(enrolled.runtime.engine),
        connect(enrolled.runtime.settings.database_url).connect(),
    ):
        erase(enrolled)
        tick_until_done(enrolled)
        bytes_ = on_disk(enrolled)
    assert SECRET.encode() not in bytes_
    assert b"ada@" not in bytes_.lower()


def test_old_words_of_an_edit_and_what_was_removed_go_as_well(enrolled: World) -> None:
    enrolled.press(lesson_link(enrolled, "/reflect/"), text=f"{SECRET} Old.")
    tick(enrolled)
    enrolled.press(lesson_link(enrolled, "/reflect/"), text="New words.")
    tick_until_done(enrolled)
    assert SECRET.encode() not in on_disk(enrolled)
    assert b"New words." in on_disk(enrolled)
    open_journal(enrolled)
    enrolled.press("/journal/reflections/1/removal", sure="yes")
    tick_until_done(enrolled)
    assert b"New words." not in on_disk(enrolled)


def test_whoever_still_reads_is_waited_for(enrolled: World) -> None:
    """A transaction that began before may still see the words; then they are kept for it."""
    enrolled.press(lesson_link(enrolled, "/reflect/"), text=SECRET)
    engine = connect(enrolled.runtime.settings.database_url)
    with (
        engine.connect().execution_options(isolation_level="REPEATABLE READ")
        if engine.dialect.name == "postgresql"
        else engine.connect() as reader
    ):
        assert reader.execute(select(Reflection.text)).scalar_one() == SECRET
        erase(enrolled)
        tick(enrolled)
        assert SECRET.encode() in on_disk(enrolled)
        assert reader.execute(select(Reflection.text)).scalar_one() == SECRET
    tick_until_done(enrolled)
    assert SECRET.encode() not in on_disk(enrolled)
    engine.dispose()


def test_nothing_is_left_in_the_gaps_of_pages_either(world: World) -> None:
    """Rows of all sizes come and go, so that pages of an index are parted and put together."""
    chance, keys = random.Random(5), list[str]()
    for turn in range(60):
        new = [
            f"k{number}-{turn}@{'x' * chance.randrange(150)}.org"
            for number in chance.sample(range(10000, 100000), 60)
        ]
        gone = chance.sample(keys, min(len(keys), 40))
        keys = [key for key in keys + new if key not in gone]
        with transaction(world.runtime.engine) as session:
            session.connection().execute(insert(Subscriber), [subscriber(key) for key in new])
        with transaction(world.runtime.engine) as session:
            session.execute(delete(Subscriber).where(col(Subscriber.address_key).in_(gone)))
            scrubbing.request(session)
    tick_until_done(world)
    kept = {key.partition("@")[0].encode() for key in keys}
    assert set(re.findall(rb"k\d{5}-\d+(?=@)", on_disk(world))) == kept


def test_the_log_of_sqlite_does_not_stay_large(enrolled: World) -> None:
    if enrolled.runtime.engine.dialect.name != "sqlite":
        pytest.skip("it is SQLite's")
    log = Path(f"{enrolled.runtime.engine.url.database}-wal")
    assert log.stat().st_size > 0
    with enrolled.runtime.engine.connect():
        tick(enrolled)
        assert log.stat().st_size == 0


@pytest.mark.parametrize("other", ["grace@example.org", "grace@elsewhere.example"])
def test_a_domain_of_ones_own_is_not_kept_with_those_that_rest(enrolled: World, other: str) -> None:
    enrolled.enroll(other)
    with transaction(enrolled.runtime.engine) as session:
        for domain in ("example.org", "elsewhere.example"):
            backoff.back_off(session, f"to:{domain}", "no", backoff.DOMAIN, enrolled.clock.now())
    erase(enrolled)
    with reading(enrolled.runtime.engine) as session:
        assert ("to:example.org" in backoff.active(session)) is (other == "grace@example.org")


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


def subscriber(key: str) -> dict[str, object]:
    more = {"first_name": "", "state": "pending", "newsletters": True, "created_at": FRIDAY}
    return {"address": "x", "address_key": key, **more}


def clear_of_other_tests(world: World) -> None:
    """They leave dead rows of their Adas in tables that hers has no rows in.

    PostgreSQL keeps them for whoever still reads, and its own ANALYZE does so for a moment.
    """
    if world.runtime.engine.dialect.name == "postgresql":
        with psycopg.connect(world.runtime.settings.database_url, autocommit=True) as connection:
            assert eventually(lambda: not connection.execute(READERS).fetchall(), 10)
            connection.execute("VACUUM (FULL)")


def tick(world: World) -> None:
    """The clock a minute later."""
    world.clock.at += timedelta(minutes=1)
    clock_loop.tick(world.runtime)


def tick_until_done(world: World) -> None:
    """PostgreSQL's own cleaning may be at work, and hold ours up for a moment."""
    for _ in range(100):
        tick(world)
        with reading(world.runtime.engine) as session:
            if session.scalar(select(func.count()).select_from(Erasure)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("what was erased is still waiting to be overwritten")


def on_disk(world: World) -> bytes:
    """All bytes of the database's files, of its log where it is SQLite's."""
    url = world.runtime.engine.url
    if world.runtime.engine.dialect.name == "sqlite":
        file = Path(str(url.database))
        return b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    with psycopg.connect(world.runtime.settings.database_url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")  # what is in memory is written, and dropped files go
        found = connection.execute(
            "SELECT current_setting('data_directory') || '/base/' || oid FROM pg_database "
            "WHERE datname = current_database()"
        ).fetchone()
    assert found is not None
    return b"".join(path.read_bytes() for path in Path(found[0]).iterdir())
