"""What is sent next: the decision."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sequences.progress import Finish, Progress, Send, Wait, decide, nudge_at, resume_at
from sequences.reading import read_course
from sequences.sequence import Sequence
from tests.sequences.courses import PLAN, write

TUESDAY = datetime(2026, 12, 8, 18, 30, tzinfo=UTC)  # 19:30 in Berlin
WEEK, HOUR = timedelta(days=7), timedelta(hours=1)


@pytest.fixture
def course(tmp_path: Path) -> Sequence:
    return read_course(write(tmp_path / "evenings"))


def at(course: Sequence, slot: datetime | None, *done: str) -> Progress:
    return Progress(frozenset(done), slot, course.schedule.window("Europe/Berlin"))


def test_what_is_due_is_sent_and_the_next_comes_a_week_later(course: Sequence) -> None:
    step = decide(course, at(course, TUESDAY), TUESDAY)
    assert step == Send("listening", TUESDAY, TUESDAY + WEEK)


def test_what_is_not_due_waits(course: Sequence) -> None:
    assert decide(course, at(course, TUESDAY), TUESDAY - HOUR) == Wait(TUESDAY)


def test_who_waits_to_be_told_waits(course: Sequence) -> None:
    assert decide(course, at(course, None), TUESDAY) == Wait(None)


def test_a_little_late_is_sent_and_too_late_waits_for_the_next_opening(course: Sequence) -> None:
    progress = at(course, TUESDAY)
    assert isinstance(decide(course, progress, TUESDAY + 3 * HOUR), Send)
    assert decide(course, progress, TUESDAY + 4 * HOUR) == Wait(TUESDAY + WEEK)


def test_the_last_step_has_none_after_it(course: Sequence) -> None:
    step = decide(course, at(course, TUESDAY, "listening", "asking"), TUESDAY)
    assert step == Send("closing", TUESDAY, None)


def test_with_everything_done_it_is_over(course: Sequence) -> None:
    done = ("listening", "asking", "closing")
    assert decide(course, at(course, TUESDAY, *done), TUESDAY) == Finish()


def test_a_lesson_that_was_moved_is_not_sent_again(tmp_path: Path) -> None:
    plan = PLAN.replace('["listening", "asking"]', '["asking", "listening"]')
    moved = read_course(write(tmp_path / "evenings", sequence=plan))
    step = decide(moved, at(moved, TUESDAY, "listening"), TUESDAY)
    assert isinstance(step, Send)
    assert step.step == "asking"


def test_after_a_letter_on_sunday_the_next_one_is_not_on_tuesday(course: Sequence) -> None:
    sunday = TUESDAY - timedelta(days=2)
    step = decide(course, at(course, sunday), sunday)
    assert step == Send("listening", sunday, TUESDAY + WEEK)


def test_going_on_keeps_its_distance_from_the_last_letter(course: Sequence) -> None:
    window = course.schedule.window("Europe/Berlin")
    monday = TUESDAY - timedelta(days=1)
    assert resume_at(course.schedule, monday, window, None) == TUESDAY
    assert resume_at(course.schedule, monday, window, monday) == TUESDAY + WEEK


def test_a_nudge_comes_at_the_same_hour_some_days_later(course: Sequence) -> None:
    window = course.schedule.window("Europe/Berlin")
    assert nudge_at(course.schedule, TUESDAY, window) == TUESDAY + timedelta(days=4)
