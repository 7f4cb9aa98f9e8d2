"""A whole journey, computed."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given, settings
from hypothesis import strategies as st

from sequences.reading import read_course
from sequences.rehearsal import Pause, Persona, rehearse

COURSE = read_course(Path(__file__).parents[2] / "sequences" / "emotional-safety")
OCTOBER = datetime(2026, 10, 20, 16, tzinfo=UTC)


def hours(zone: str, begins_at: datetime = OCTOBER) -> list[str]:
    events = rehearse(COURSE, Persona(zone, begins_at))
    lessons = [event for event in events if event.what in COURSE.steps]
    return [f"{event.at.astimezone(ZoneInfo(zone)):%a %H:%M %z}" for event in lessons]


def test_lessons_keep_their_hour_on_both_sides_of_a_change() -> None:
    before, after = ["Tue 19:30 -0400"] * 2, ["Tue 19:30 -0500"] * 4
    assert hours("America/New_York") == before + after


def test_who_writes_is_not_nudged() -> None:
    events = rehearse(COURSE, Persona("UTC", OCTOBER, answers=True))
    assert not [event for event in events if event.what == "nudge"]


def test_nothing_comes_during_a_pause_and_nothing_is_lost() -> None:
    pause = Pause(OCTOBER + timedelta(days=10), OCTOBER + timedelta(days=40))
    events = rehearse(COURSE, Persona("Europe/Berlin", OCTOBER, pauses=(pause,)))
    lessons = [event for event in events if event.what in COURSE.steps]
    assert [event.what for event in lessons] == list(COURSE.steps)
    assert not [event for event in lessons if pause.starts_at <= event.at < pause.until]


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(sorted(available_timezones())),
    st.integers(0, 3600 * 24).map(lambda hours: OCTOBER + timedelta(hours=hours)),
)
def test_everybody_everywhere_gets_every_step_once_and_in_order(
    zone: str, begins_at: datetime
) -> None:
    lessons = [e for e in rehearse(COURSE, Persona(zone, begins_at)) if e.what in COURSE.steps]
    assert [event.what for event in lessons] == list(COURSE.steps)
    assert all(timedelta(days=6) < b.at - a.at < timedelta(days=15) for a, b in pairwise(lessons))
