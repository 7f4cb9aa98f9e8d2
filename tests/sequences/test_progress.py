"""What is sent next: the decision."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from sequences.pattern import Pattern
from sequences.progress import (
    Finish,
    Progress,
    Send,
    Wait,
    decide,
    first_send_at,
    nudge_at,
    resume_at,
)
from sequences.reading import read_course
from sequences.sequence import Sequence
from tests.sequences.courses import LESSON, PLAN, write

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


def test_without_a_closing_letter_the_last_lesson_is_the_end(tmp_path: Path) -> None:
    folder = write(tmp_path / "evenings")
    (folder / "letters" / "closing.md").unlink()
    course = read_course(folder)
    assert decide(course, at(course, TUESDAY, "listening"), TUESDAY) == Send(
        "asking", TUESDAY, None
    )


def test_it_is_over_even_where_a_slot_is_left(course: Sequence) -> None:
    done = ("listening", "asking", "closing")
    for slot in (None, TUESDAY - WEEK, TUESDAY + WEEK):
        assert decide(course, at(course, slot, *done), TUESDAY) == Finish()


def test_late_by_the_limit_is_sent_and_a_second_more_is_not(course: Sequence) -> None:
    limit, progress = course.schedule.lateness, at(course, TUESDAY)
    assert isinstance(decide(course, progress, TUESDAY + limit), Send)
    late = decide(course, progress, TUESDAY + limit + timedelta(seconds=1))
    assert late == Wait(TUESDAY + WEEK)


def test_what_waited_for_being_late_is_sent_at_its_new_opening(course: Sequence) -> None:
    waiting = decide(course, at(course, TUESDAY), TUESDAY + 40 * HOUR)
    assert isinstance(waiting, Wait)
    step = decide(course, at(course, waiting.until), TUESDAY + WEEK)
    assert step == Send("listening", TUESDAY + WEEK, TUESDAY + 2 * WEEK)


def test_a_little_late_does_not_move_the_letters_after_it(course: Sequence) -> None:
    step = decide(course, at(course, TUESDAY), TUESDAY + 2 * HOUR)
    assert step == Send("listening", TUESDAY, TUESDAY + WEEK)


def test_days_are_counted_from_the_slot_and_not_from_a_late_sending(course: Sequence) -> None:
    """Sent at one in the morning, for eleven the evening before."""
    window = course.schedule.window("UTC", frozenset(range(7)), time(23))
    slot = datetime(2026, 12, 8, 23, tzinfo=UTC)
    step = decide(course, Progress(frozenset(), slot, window), slot + 2 * HOUR)
    assert step == Send("listening", slot, slot + timedelta(days=4))


def test_a_lesson_that_is_skipped_is_passed_over(course: Sequence) -> None:
    step = decide(course, at(course, TUESDAY, "asking"), TUESDAY)
    assert step == Send("listening", TUESDAY, TUESDAY + WEEK)
    after = decide(course, at(course, TUESDAY + WEEK, "asking", "listening"), TUESDAY + WEEK)
    assert after == Send("closing", TUESDAY + WEEK, None)


def test_a_lesson_that_was_added_goes_to_those_who_are_under_way(tmp_path: Path) -> None:
    plan = PLAN.replace('["listening", "asking"]', '["arriving", "listening", "asking"]')
    folder = write(tmp_path / "evenings", sequence=plan)
    (folder / "lessons" / "0-arriving.md").write_text(LESSON.format(id="arriving"))
    longer = read_course(folder)
    step = decide(longer, at(longer, TUESDAY, "listening"), TUESDAY)
    assert step == Send("arriving", TUESDAY, TUESDAY + WEEK)


def test_a_lesson_that_was_removed_is_not_missed(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "evenings", sequence=PLAN.replace('"listening", "asking"', '"asking"')
    )
    (folder / "lessons" / "1-listening.md").unlink()
    shorter = read_course(folder)
    assert decide(shorter, at(shorter, TUESDAY, "listening"), TUESDAY) == Send(
        "asking", TUESDAY, TUESDAY + WEEK
    )
    assert decide(shorter, at(shorter, TUESDAY, "asking", "closing"), TUESDAY) == Finish()


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


@pytest.mark.parametrize(
    ("changes", "days"),
    [
        ({"days": frozenset({1})}, 7),
        ({"days": frozenset({1, 4})}, 3),
        ({"days": frozenset(), "dates": (1,)}, 28),
    ],
)
def test_days_of_ones_own_are_as_far_apart_as_a_course_that_has_fewer(
    course: Sequence, changes: dict[str, Any], days: int
) -> None:
    schedule = replace(course.schedule, **{"delay": None, **changes})
    own = Pattern(frozenset({0, 2, 4}))
    assert schedule.distance(own) == timedelta(days=days)


def test_a_nudge_comes_at_the_same_hour_some_days_later(course: Sequence) -> None:
    window = course.schedule.window("Europe/Berlin")
    assert nudge_at(course.schedule, TUESDAY, window) == TUESDAY + timedelta(days=4)


def test_a_pause_longer_than_the_distance_goes_on_at_the_next_opening(course: Sequence) -> None:
    window = course.schedule.window("Europe/Berlin")
    back = TUESDAY + 3 * WEEK + HOUR
    assert resume_at(course.schedule, back, window, TUESDAY) == TUESDAY + 4 * WEEK


def test_who_confirms_at_the_opening_itself_gets_the_next_one(course: Sequence) -> None:
    window = course.schedule.window("Europe/Berlin")
    assert first_send_at(course.schedule, TUESDAY - HOUR, window) == TUESDAY
    assert first_send_at(course.schedule, TUESDAY, window) == TUESDAY + WEEK


def test_a_reader_with_an_hour_of_their_own_is_nudged_at_that_hour(course: Sequence) -> None:
    window = course.schedule.window("Europe/Berlin", frozenset({6}), time(8))
    sunday = datetime(2027, 3, 21, 7, tzinfo=UTC)
    assert nudge_at(course.schedule, sunday, window) == datetime(2027, 3, 25, 7, tzinfo=UTC)


def test_a_course_without_nudges_never_nudges(tmp_path: Path) -> None:
    plan = PLAN.replace('nudge_after = "4 days"\n', "")
    course = read_course(write(tmp_path / "evenings", sequence=plan))
    assert nudge_at(course.schedule, TUESDAY, course.schedule.window("UTC")) is None
