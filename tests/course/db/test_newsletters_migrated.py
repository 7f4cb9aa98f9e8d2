"""A database of before one could subscribe, with people in mid-course and an issue half sent."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text

from course.db.schema import migrate
from course.db.transactions import reading, transaction
from tests.course.db.kit import (
    FIRST_ROWS,
    NOON,
    insert,
    to_revision,
    to_the_first_revision,
)

ADA, GRACE, EVE, IDA, MALLORY = range(1, 6)

SUBSCRIBER = """
    INSERT INTO subscriber (id, address, address_key, first_name, state, newsletters, created_at,
                            confirmed_at, journal_epoch)
    VALUES (:id, :address, :address, '', :state, :newsletters, :at, :at, 0)
"""
ENROLLMENT = """
    INSERT INTO enrollment (id, subscriber_id, course_id, state, round, done, zone, created_at)
    VALUES (:id, :subscriber, :course, :state, 1, '["listening"]', 'Europe/Berlin', :at)
"""
DELIVERY = """
    INSERT INTO delivery (enrollment_id, round, kind, slot, letter_id, state, due_at, try_at,
                          attempts, uncertainties, fence, message_id, words, created_at)
    VALUES (:enrollment, 0, 'broadcast', '1', 1, :state, :at, :try_at, 0, 0, 0, :name, '', :at)
"""
BROADCAST = """
    INSERT INTO broadcast (id, course_id, letter_id, source, created_at, due_at, reached)
    VALUES (1, 1, 1, '{}', :at, :at, 2)
"""
CONSENT = """
    INSERT INTO consent (subscriber_id, wording, place, given_at)
    VALUES (:id, :wording, :place, :at)
"""


@pytest.fixture
def before(empty_url: str, empty: Engine) -> Callable[[], Engine]:
    """Ada has the issue, Grace's waits and she has switched them off since; the others' are not
    written. Eve and Ida confirmed, Ida two courses; Mallory never did.
    """
    to_the_first_revision(empty_url)
    insert(empty, FIRST_ROWS)
    to_revision(empty_url, "0013")
    with transaction(empty) as session:
        run = session.execute
        run(text("INSERT INTO course (slug, title) VALUES ('calm', 'Calm')"))
        run(text("UPDATE subscriber SET confirmed_at = created_at"))
        people = [(GRACE, "confirmed", False), (EVE, "confirmed", True)]
        for id_, state, wants in [*people, (IDA, "confirmed", True), (MALLORY, "pending", True)]:
            values = {"id": id_, "address": f"{id_}@example.org", "state": state, "at": NOON}
            run(text(SUBSCRIBER), {**values, "newsletters": wants})
        places = [(2, GRACE, 1, "paused"), (3, EVE, 1, "finished"), (4, IDA, 1, "pending")]
        for id_, who, course, state in [*places, (5, IDA, 2, "active"), (6, MALLORY, 1, "pending")]:
            values = {"id": id_, "subscriber": who, "course": course, "state": state, "at": NOON}
            run(text(ENROLLMENT), values)
        run(
            text(CONSENT),
            {"id": EVE, "wording": "Write.", "place": "/courses/kindness", "at": NOON},
        )
        run(text(CONSENT), {"id": EVE, "wording": "Calm!", "place": "/courses/calm", "at": NOON})
        run(text(BROADCAST), {"at": NOON})
        for enrollment, state, try_at in [(1, "sent", None), (2, "due", NOON)]:
            name = f"<b{enrollment}@letters.example.org>"
            given = {"enrollment": enrollment, "state": state, "try_at": try_at, "name": name}
            run(text(DELIVERY), {**given, "at": NOON})
        if empty.dialect.name == "postgresql":  # ids were given by hand
            for table in ("subscriber", "enrollment", "broadcast"):
                last = f"(SELECT max(id) FROM {table})"
                run(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {last})"))

    def migrated() -> Engine:
        migrate(empty_url)
        return empty

    return migrated


def rows(engine: Engine, query: str) -> list[tuple[object, ...]]:
    with reading(engine) as session:
        return [tuple(row) for row in session.execute(text(query))]


def test_who_wanted_newsletters_subscribes_to_their_course_s(before: Callable[[], Engine]) -> None:
    engine = before()
    assert rows(engine, "SELECT slug, title FROM newsletter ORDER BY id") == [
        ("kindness", "Kindness"),
        ("calm", "Calm"),
    ]
    found = rows(
        engine,
        "SELECT s.subscriber_id, n.slug, s.state, s.wording, s.zone FROM subscription s"
        " JOIN newsletter n ON n.id = s.newsletter_id ORDER BY s.subscriber_id",
    )
    assert found == [
        (ADA, "kindness", "active", "Yes.", "Europe/Berlin"),
        (GRACE, "kindness", "left", "", "Europe/Berlin"),
        (EVE, "kindness", "active", "Write.", "Europe/Berlin"),
        (IDA, "calm", "active", "", "Europe/Berlin"),
    ]


def test_a_half_written_issue_is_written_to_the_end_once(before: Callable[[], Engine]) -> None:
    """Of the first enrollment, as its first half: so the same key refuses a second one."""
    engine = before()
    found = rows(
        engine,
        "SELECT enrollment_id, state, slot FROM delivery WHERE kind = 'broadcast'"
        " ORDER BY enrollment_id",
    )
    assert found == [(1, "sent", "1"), (2, "withdrawn", "1"), (3, "due", "1"), (4, "due", "1")]
    names = rows(engine, "SELECT message_id FROM delivery WHERE enrollment_id IN (3, 4)")
    assert len({name for (name,) in names}) == 2
    assert all(str(name).endswith("@example.org>") for (name,) in names)
    assert rows(engine, "SELECT newsletter_id FROM broadcast WHERE written_at IS NULL") == []


def test_mid_course_and_what_was_sent_stay_as_they_are(before: Callable[[], Engine]) -> None:
    engine = before()
    assert rows(engine, "SELECT state, done FROM enrollment WHERE id = 2") in (
        [("paused", '["listening"]')],
        [("paused", ["listening"])],
    )
    assert rows(engine, "SELECT count(*) FROM delivery WHERE kind = 'sampler'") == [(1,)]
    assert rows(engine, "SELECT course_id, newsletter_id FROM revision") == [(1, None)]
    assert rows(engine, "SELECT count(*) FROM letter") == [(1,)]
