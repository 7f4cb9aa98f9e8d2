"""A course in full swing and an issue half sent at revision 0009; after migrating, this code sends.

Nobody gets anything twice, and nobody loses anything.
"""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from course.db.schema import migrate
from tests.course.db.kit import NOON, insert, to_revision
from tests.support import worlds
from tests.support.world import World

# As the code of then wrote it: `Sequence.to_json()`.
KINDNESS = Path(__file__).with_name("kindness.json").read_text()

SUBJECTS = {
    "listening": "Listening", "asking": "Asking", "resting": "Resting", "welcome": "Welcome",
    "closing": "Closing", "nudge": "Still there: {{ lesson_title }}", "confirmation": "Is it you?",
    "broadcast-1": "An issue",
}  # fmt: skip

# What letters of then said about each reader.
EACH = """{{ greeting }} {{ view_url }} {{ pace_url }} {{ leave_url }}
{% filter fill("", "") %}{{ address }}, {{ course_title }}{% endfilter %}"""
SAID = {
    **dict.fromkeys(
        ("listening", "asking", "resting"),
        EACH + "{{ reflect_url }}{% if next_line %}{{ next_line }}{% endif %}",
    ),
    "welcome": EACH + "{{ sampler_url }}",
    "closing": EACH + "{{ journal_url }}",
    "nudge": EACH + "{{ reflect_url }}",
    "confirmation": "{{ brand }} {{ address }} {{ course_title }} {{ confirm_url }}",
    "broadcast-1": EACH,
}
LETTERS = {key: number for number, key in enumerate(SUBJECTS, start=1)}

PEOPLE = ADA, GRACE, EVE, LYN, IDA = "ada", "grace", "eve", "lyn", "ida"
TUESDAY = "2026-12-08 18:30:00+00:00"
LATER = ["Asking", "Still there: Asking", "Resting", "Still there: Resting", "Closing"]


@pytest.fixture
def world(empty_url: str, empty: Engine, tmp_path: Path) -> World:
    """Migrated, and nothing is sent yet."""
    to_revision(empty_url, "0009")
    publish(empty)
    enroll(empty, ADA, done=["listening"], nudge_at="2026-12-05 18:30:00+00:00")
    enroll(empty, GRACE, done=["listening", "asking"])
    enroll(empty, EVE, done=["listening"])
    enroll(empty, LYN, done=["listening"], newsletters=False)
    enroll(empty, IDA, done=["listening", "asking", "resting"], state="finished")
    write(empty, ADA, "lesson", "listening", "sent")
    write(empty, GRACE, "lesson", "asking", "due")
    issue(empty, reached=2)
    write(empty, ADA, "broadcast", "1", "sent")
    write(empty, GRACE, "broadcast", "1", "due")
    ask(empty, "sam")
    migrate(empty_url)
    return worlds.make(empty_url, tmp_path)


def test_what_waited_goes_out_once(world: World) -> None:
    world.settle()
    assert got(world, ADA) == []
    assert sorted(got(world, GRACE)) == ["An issue", "Asking"]
    assert got(world, EVE) == got(world, IDA) == ["An issue"]
    assert got(world, LYN) == []
    assert got(world, "sam") == ["Is it you?"]


def test_everybody_in_the_course_gets_the_rest_of_it_once(world: World) -> None:
    world.go(timedelta(days=35))
    assert got(world, ADA) == ["Still there: Listening", *LATER]
    assert sorted(got(world, GRACE)[:2]) == ["An issue", "Asking"]
    assert got(world, GRACE)[2:] == LATER[2:]
    assert got(world, EVE) == ["An issue", *LATER]
    assert got(world, LYN) == LATER
    assert got(world, IDA) == ["An issue"]


def got(world: World, name: str) -> list[str]:
    return [str(letter["Subject"]) for letter in world.letters(f"{name}@example.org")]


def publish(engine: Engine) -> None:
    revision = {"course_id": 1, "number": 1, "digest": "d", "sequence": KINDNESS}
    insert(engine, {"course": {"slug": "kindness", "title": "Kindness"}})
    insert(engine, {"revision": {**revision, "published_at": NOON}})
    for key, subject in SUBJECTS.items():
        said = {"html": f"<p>{SAID[key]}</p>", "text": SAID[key]}
        insert(engine, {"letter": {"revision_id": 1, "key": key, "subject": subject, **said}})


def enroll(engine: Engine, name: str, done: list[str], **other: object) -> None:
    newsletters = other.pop("newsletters", True)
    address = f"{name}@example.org"
    who = {"address": address, "address_key": address, "first_name": name.title()}
    state = {"state": "confirmed", "newsletters": newsletters, "confirmed_at": NOON}
    insert(engine, {"subscriber": {**who, **state, "created_at": NOON}})
    number = PEOPLE.index(name) + 1
    place = {"subscriber_id": number, "course_id": 1, "state": "active", "round": 1}
    when = {"zone": "Europe/Berlin", "created_at": NOON, "last_sent_at": NOON}
    upcoming = {} if other.get("state") else {"next_send_at": TUESDAY}
    nudge = {"nudge_step": done[-1]} if "nudge_at" in other else {}
    row = {**place, **when, **upcoming, **nudge, "done": json.dumps(done), **other}
    insert(engine, {"enrollment": row})


def write(engine: Engine, name: str, kind: str, slot: str, state: str) -> None:
    letter = LETTERS["broadcast-1" if kind == "broadcast" else slot]
    of = {"enrollment_id": PEOPLE.index(name) + 1, "round": 0 if kind == "broadcast" else 1}
    what = {"kind": kind, "slot": slot, "letter_id": letter, "state": state, "due_at": NOON}
    tried = {"try_at": NOON} if state == "due" else {"sent_at": NOON}
    counts = {"attempts": 0, "uncertainties": 0, "fence": 0, "words": "", "created_at": NOON}
    named = {"message_id": f"<{name}-{kind}@example.org>"}
    insert(engine, {"delivery": {**of, **what, **tried, **counts, **named}})


def issue(engine: Engine, reached: int) -> None:
    source = {"id": "november", "subject": "An issue", "preview": "One.", "title": "An issue"}
    text = {"body": "Text.", "button": "", "link": "", "source": "november.md", "line": 6}
    row = {"course_id": 1, "letter_id": LETTERS["broadcast-1"], "created_at": NOON, "due_at": NOON}
    insert(
        engine, {"broadcast": {**row, "source": json.dumps({**source, **text}), "reached": reached}}
    )


def ask(engine: Engine, name: str) -> None:
    who = {"kind": "sign-up", "address": f"{name}@example.org", "first_name": "", "zone": "UTC"}
    what = {"course_id": 1, "wording": "Write.", "place": "/courses/kindness", "asked_at": NOON}
    insert(engine, {"request": {**who, **what}})
