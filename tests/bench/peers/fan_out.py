"""A delivery for each of a million enrollments: fan_out.py WAY URL."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import select, text
from sqlmodel import col

from course.db.engine import connect
from course.db.transactions import transaction
from course.models import Broadcast, Letter
from course.newsletters import fan_out
from course.outbox.orders import Enqueuer
from tests.bench.peers.starting import ready

# What each database has for an id that nobody can guess.
RANDOM = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "md5(random()::text)"}

INSERT_SELECT = """
    INSERT INTO delivery (enrollment_id, round, kind, slot, letter_id, state,
                          due_at, try_at, attempts, uncertainties, fence, message_id, words,
                          created_at)
    SELECT id, round, 'lesson', 'a-lesson', (SELECT min(id) FROM letter), 'due',
           CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, 0, 0, 0, '<' || {random} || '@example.org>', '',
           CURRENT_TIMESTAMP
    FROM enrollment WHERE state = 'active'
"""

Way = Callable[[str], None]


def insert_select(url: str) -> None:
    """The least that any program could ask a database for: one statement, one transaction."""
    engine = connect(url).execution_options(writes=True)
    with engine.begin() as connection:
        connection.execute(text(INSERT_SELECT.format(random=RANDOM[engine.dialect.name])))


def letterpath(url: str) -> None:
    """Slice after slice, as the clock does."""
    engine = connect(url)
    now, enqueuer = datetime.now(UTC), Enqueuer("example.org")
    with transaction(engine) as session:
        letter = session.scalars(select(col(Letter.id)).order_by(col(Letter.id))).first() or 0
        session.add(
            Broadcast(newsletter_id=1, letter_id=letter, source="{}", created_at=now, due_at=now)
        )
    written = True
    while written:
        with transaction(engine) as session:
            written = bool(fan_out.fan_out(session, enqueuer, now))


# Each takes the URL of a database with the active enrollments in it, and writes their deliveries.
WAYS: dict[str, Way] = {"INSERT SELECT": insert_select, "Letterpath": letterpath}


if __name__ == "__main__":
    way, database_url = sys.argv[1:]
    ready()
    WAYS[way](database_url)
