"""An outbox with many rows in it, written by the database itself: Ada's confirmation, copied."""

from datetime import datetime

from sqlalchemy import Engine, text
from sqlmodel import Session

from course.db.transactions import transaction

_NUMBERS = {
    "sqlite": "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {count})"
    " SELECT n FROM n",
    "postgresql": "SELECT n FROM generate_series(1, {count}) AS s(n)",
}

COPY = """
INSERT INTO delivery (enrollment_id, round, kind, slot, letter_id, state, due_at,
                      try_at, attempts, uncertainties, fence, message_id, words, created_at)
SELECT d.enrollment_id, d.round, 'lesson', :state || m.n, d.letter_id, :state,
       d.due_at, {try_at}, 1, 0, 0, d.message_id, :words, d.created_at
FROM (SELECT * FROM delivery ORDER BY id LIMIT 1) AS d, ({numbers}) AS m
"""


def copy(
    session: Session, count: int, state: str, words: str = "", try_at: datetime | None = None
) -> None:
    """`count` more rows in that state."""
    dialect = session.get_bind().dialect.name
    moment = "NULL" if try_at is None else f"'{try_at:%Y-%m-%d %H:%M:%S.%f}'"
    if try_at is not None and dialect == "postgresql":
        moment = f"timestamptz '{try_at.isoformat()}'"
    numbers = _NUMBERS[dialect].format(count=count)
    statement = text(COPY.format(numbers=numbers, try_at=moment))
    session.execute(statement, {"state": state, "words": words})


READERS = """
INSERT INTO subscriber (address, address_key, first_name, state, created_at)
SELECT m.n || address, m.n || address_key, first_name, state, created_at
FROM (SELECT * FROM subscriber ORDER BY id LIMIT 1) AS s, ({numbers}) AS m
"""
PLACES = """
INSERT INTO enrollment (subscriber_id, course_id, state, round, done, zone, next_send_at, nudge_at,
                        created_at)
SELECT s.id, e.course_id, e.state, e.round, e.done, e.zone, e.next_send_at, e.next_send_at,
       e.created_at
FROM (SELECT * FROM enrollment ORDER BY id LIMIT 1) AS e, subscriber AS s
WHERE s.id <> e.subscriber_id
"""


def enroll(session: Session, count: int) -> None:
    """`count` more readers in the very place where the first one is, in mid course."""
    numbers = _NUMBERS[session.get_bind().dialect.name].format(count=count)
    session.execute(text(READERS.format(numbers=numbers)))
    session.execute(text(PLACES))


SUBSCRIPTIONS = """
INSERT INTO subscription (subscriber_id, newsletter_id, state, zone, wording, place)
SELECT s.id, n.newsletter_id, n.state, n.zone, n.wording, n.place
FROM (SELECT * FROM subscription ORDER BY id LIMIT 1) AS n, subscriber AS s
WHERE s.id <> n.subscriber_id
"""


def subscribe(session: Session) -> None:
    """Everybody else, to what the first one subscribes to."""
    session.execute(text(SUBSCRIPTIONS))


SUPPRESSED = """
INSERT INTO suppression (address_key, reason, since)
SELECT 'nobody' || m.n || '@example.org', 'bounce', CURRENT_TIMESTAMP FROM ({numbers}) AS m
"""


def suppress(session: Session, count: int) -> None:
    """`count` addresses that nobody here has."""
    numbers = _NUMBERS[session.get_bind().dialect.name].format(count=count)
    session.execute(text(SUPPRESSED.format(numbers=numbers)))


def analyze(engine: Engine) -> None:
    """So that the database knows what it has, as it does after a night."""
    with transaction(engine) as session:
        session.execute(text("ANALYZE"))
