"""A schedule that changes while readers are on their way."""

import re
from datetime import UTC, datetime

from sqlmodel import update

from course.db.transactions import transaction
from course.models import Enrollment
from tests.course.authoring.author import (
    DAY,
    ONE,
    THREE,
    TUESDAY,
    TWO,
    WEEK,
    Author,
)


def reschedule(author: Author, **changes: str) -> None:
    """`[schedule]` has these keys in place of its `day`, as they stand in the file."""
    plan = author.folder / "sequence.toml"
    keys = "\n".join(f"{key} = {value}" for key, value in changes.items())
    rest = re.sub(r"(?m)^(day|at|delay|nudge_after) = .*$", "", plan.read_text())
    plan.write_text(rest.replace("[schedule]\n", f"[schedule]\n{keys}\n"))
    author.store()


def test_another_schedule_moves_the_next_letter_of_the_enrolled(author: Author) -> None:
    reschedule(author, days='["monday", "thursday"]', at='"06:45"')
    thursday = datetime(2026, 12, 10, 5, 45, tzinfo=UTC)
    assert author.world.enrollment().next_send_at == thursday
    author.world.go(thursday)
    assert author.world.enrollment().next_send_at == thursday + 4 * DAY


def test_who_chose_a_day_and_an_hour_keeps_them(author: Author) -> None:
    sunday = datetime(2026, 12, 13, 7, 15, tzinfo=UTC)
    with transaction(author.world.runtime.engine) as session:
        session.execute(update(Enrollment).values(days="6", at="08:15", next_send_at=sunday))
    reschedule(author, every='"day"', at='"06:45"')
    assert author.world.enrollment().next_send_at == sunday


def test_another_schedule_does_not_end_a_pause(author: Author) -> None:
    until = TUESDAY + 3 * WEEK
    pause = {"state": "paused", "paused_until": until, "next_send_at": until}
    with transaction(author.world.runtime.engine) as session:
        session.execute(update(Enrollment).values(**pause))
    reschedule(author, every='"day"', at='"06:45"')
    assert author.world.enrollment().next_send_at == datetime(2026, 12, 30, 5, 45, tzinfo=UTC)


def test_an_unchanged_schedule_moves_nobody(author: Author) -> None:
    """Not even who waits for a date that no schedule has."""
    odd = TUESDAY + 3 * DAY
    with transaction(author.world.runtime.engine) as session:
        session.execute(update(Enrollment).values(next_send_at=odd))
    author.publish(ONE, THREE, TWO)
    assert author.world.enrollment().next_send_at == odd
