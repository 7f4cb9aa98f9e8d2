"""A database of before: its revision, and rows in it."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

from course.db.schema import MIGRATIONS
from course.db.transactions import transaction

NOON = "2026-12-04 12:00:00+00:00"


# A row of every table, as the first revision had them. Leave it as it is when tables change.
FIRST_ROWS: dict[str, dict[str, object]] = {
    "course": {"slug": "kindness", "title": "Kindness"},
    "revision": {"course_id": 1, "number": 1, "digest": "d", "sequence": "{}",
                 "published_at": NOON},
    "letter": {"revision_id": 1, "key": "welcome", "subject": "Hello", "html": "<p>", "text": "."},
    "subscriber": {"address": "Ada@example.org", "address_key": "ada@example.org",
                   "first_name": "Ada", "zone": "Europe/Berlin", "state": "confirmed",
                   "newsletters": True, "created_at": NOON},
    "consent": {"subscriber_id": 1, "wording": "Yes.", "place": "/", "given_at": NOON},
    "enrollment": {"subscriber_id": 1, "course_id": 1, "state": "active", "round": 1,
                   "done": "[]", "created_at": NOON},
    "delivery": {"subscriber_id": 1, "enrollment_id": 1, "round": 1, "kind": "sampler",
                 "slot": "welcome", "letter_id": 1, "state": "sent", "due_at": NOON, "attempts": 1,
                 "uncertainties": 0, "fence": 1, "message_id": "<1@example.org>", "words": "250",
                 "created_at": NOON},
    "reflection": {"enrollment_id": 1, "round": 1, "step": "listening", "text": "We listened.",
                   "written_at": NOON},
    "request": {"kind": "journal", "address": "ada@example.org", "first_name": "", "zone": "UTC",
                "wording": "", "place": "/journal", "asked_at": NOON},
    "suppression": {"address_key": "grace@example.org", "reason": "asked", "since": NOON},
    "time_shift": {"id": 1, "seconds": 0},
}  # fmt: skip


def to_the_first_revision(url: str) -> None:
    to_revision(url, "0001")


def to_revision(url: str, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    command.upgrade(config, revision)


def insert(engine: Engine, rows: dict[str, dict[str, object]]) -> None:
    with transaction(engine) as session:
        for table, row in rows.items():
            values = ", ".join(f":{name}" for name in row)
            session.execute(text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({values})"), row)
