"""A course as plain values."""

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from sequences.course_schedule import Schedule
from sequences.progress import resume_at
from sequences.reading import read_course
from sequences.sequence import Sequence

COURSE = read_course(Path(__file__).parents[2] / "sequences" / "emotional-safety")


def test_the_shipped_course_survives_being_stored_to_the_letter() -> None:
    stored = COURSE.to_json()
    again = Sequence.from_json(stored)
    assert again == COURSE
    assert again.to_json() == stored


def test_what_is_read_back_has_the_same_kinds_of_values() -> None:
    schedule = Sequence.from_json(COURSE.to_json()).schedule
    assert schedule.days == frozenset({1})
    assert (schedule.at, schedule.delay) == (time(19, 30), timedelta(days=4))
    assert (schedule.nudge_after, schedule.lateness) == (timedelta(days=4), timedelta(hours=3))


# As a version that knew no other pattern stored it, two letters a week that a delay contradicts.
STORED = """{"days": [0, 3], "at": "19:30:00", "delay": "P4D", "nudge_after": null,
             "lateness": "PT3H"}"""


def test_a_schedule_of_before_runs_on_as_it_did() -> None:
    schedule = TypeAdapter(Schedule).validate_json(STORED)
    window, monday = schedule.window("UTC"), datetime(2026, 12, 7, 19, 30, tzinfo=UTC)
    assert resume_at(schedule, monday, window, monday) == monday + timedelta(days=7)
    assert schedule.most_days == 1


def test_two_readings_are_stored_alike() -> None:
    """Publishing compares what is stored: the same folder is never a new revision."""
    folder = Path(__file__).parents[2] / "sequences" / "emotional-safety"
    assert read_course(folder).to_json() == COURSE.to_json()


@pytest.mark.parametrize("text", ["", "{}", '{"slug": "evenings"}', "[]"])
def test_what_was_not_stored_by_us_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        Sequence.from_json(text)


def test_steps_are_the_lessons_and_then_the_closing_letter() -> None:
    lessons = [lesson.id for lesson in COURSE.lessons]
    assert list(COURSE.steps) == [*lessons, "closing"]
    assert [COURSE.number(id_) for id_ in lessons] == [1, 2, 3, 4, 5]


def test_what_is_not_there_is_not_found() -> None:
    assert COURSE.lesson("weather") is None
    assert COURSE.letter("weather") is None
    with pytest.raises(ValueError, match="weather"):
        COURSE.number("weather")


def test_a_readers_own_hours_come_before_the_courses() -> None:
    window = COURSE.schedule.window("UTC", frozenset({6}), time(0))
    assert (window.pattern.days, window.at) == (frozenset({6}), time(0))
    window = COURSE.schedule.window("UTC")
    assert (window.pattern.days, window.at) == (frozenset({1}), time(19, 30))


def test_a_course_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        COURSE.title = "Another"  # type: ignore[misc]
