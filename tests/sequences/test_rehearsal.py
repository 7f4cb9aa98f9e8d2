"""A whole journey, computed."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sequences.pattern import WEEK
from sequences.reading import read_course
from sequences.rehearsal import Event, Pause, Persona, rehearse
from sequences.sequence import Sequence
from tests.support import amounts

COURSE = read_course(Path(__file__).parents[2] / "sequences" / "emotional-safety")
DELAY = timedelta(days=4)
OCTOBER = datetime(2026, 10, 20, 16, tzinfo=UTC)


def lessons(events: list[Event]) -> list[Event]:
    return [event for event in events if event.what in COURSE.steps]


def nudged(persona: Persona) -> list[str]:
    return [event.title for event in rehearse(COURSE, persona) if event.what == "nudge"]


def hours(zone: str, begins_at: datetime = OCTOBER) -> list[str]:
    found = lessons(rehearse(COURSE, Persona(zone, begins_at)))
    return [f"{event.at.astimezone(ZoneInfo(zone)):%a %H:%M %z}" for event in found]


def test_lessons_keep_their_hour_on_both_sides_of_a_change() -> None:
    before, after = ["Tue 19:30 -0400"] * 2, ["Tue 19:30 -0500"] * 4
    assert hours("America/New_York") == before + after


def test_who_writes_is_not_nudged() -> None:
    assert nudged(Persona("UTC", OCTOBER, answers=True)) == []


def test_who_does_not_write_is_nudged_once_about_each_lesson_and_not_about_the_end() -> None:
    assert nudged(Persona("UTC", OCTOBER)) == [lesson.title for lesson in COURSE.lessons]


def test_nobody_is_nudged_about_the_last_letter_of_all() -> None:
    """The course is over with it, and so are its letters."""
    kept = tuple(letter for letter in COURSE.letters if letter.id != "closing")
    events = rehearse(replace(COURSE, letters=kept), Persona("UTC", OCTOBER))
    titles = [event.title for event in events if event.what == "nudge"]
    assert titles == [lesson.title for lesson in COURSE.lessons[:-1]]


def test_a_nudge_comes_four_days_later_at_the_same_hour_over_the_change_too() -> None:
    events = rehearse(COURSE, Persona("America/New_York", OCTOBER))
    second = next(event for event in events if event.what == "validate-feelings")
    nudge = next(e for e in events if e.what == "nudge" and e.title == second.title)
    local = nudge.at.astimezone(ZoneInfo("America/New_York"))
    assert f"{local:%a %d %b %H:%M %z}" == "Sat 31 Oct 19:30 -0400"


def test_a_journey_begins_with_the_sampler_and_ends_with_the_closing_letter() -> None:
    events = rehearse(COURSE, Persona("Europe/Berlin", OCTOBER))
    assert COURSE.sampler is not None
    assert events[0] == Event(OCTOBER, "sampler", COURSE.sampler.title)
    assert (events[-1].what, events[-1].title) == ("closing", "What holds the house")
    assert events == sorted(events, key=lambda event: event.at)


def test_an_hour_of_ones_own_is_kept() -> None:
    persona = Persona("Asia/Tokyo", OCTOBER, days=frozenset({6}), at=time(8))
    found = [e.at.astimezone(ZoneInfo("Asia/Tokyo")) for e in lessons(rehearse(COURSE, persona))]
    assert {f"{at:%a %H:%M}" for at in found} == {"Sun 08:00"}


def test_a_pause_calls_off_the_nudge_that_falls_into_it() -> None:
    """The first lesson goes out on Tuesday the 20th; she pauses on Thursday for two days."""
    thursday = OCTOBER + timedelta(days=2)
    pause = Pause(thursday, thursday + timedelta(days=1))
    titles = [lesson.title for lesson in COURSE.lessons]
    assert nudged(Persona("Europe/Berlin", OCTOBER, pauses=(pause,))) == titles[1:]


def test_one_pause_after_another_is_one_long_pause() -> None:
    days = [OCTOBER + timedelta(days=n) for n in (10, 20, 30)]
    pauses = (Pause(days[0], days[1]), Pause(days[1], days[2]))
    one = Persona("Europe/Berlin", OCTOBER, pauses=(Pause(days[0], days[2]),))
    two = Persona("Europe/Berlin", OCTOBER, pauses=pauses)
    assert lessons(rehearse(COURSE, one)) == lessons(rehearse(COURSE, two))


def test_a_pause_that_ends_at_an_opening_goes_on_at_the_one_after_it() -> None:
    """As the engine does, which resumes first and then looks for the next opening."""
    opening = datetime(2026, 10, 27, 18, 30, tzinfo=UTC)
    pause = Pause(OCTOBER + timedelta(days=3), opening)
    found = lessons(rehearse(COURSE, Persona("Europe/Berlin", OCTOBER, pauses=(pause,))))
    assert [event.at for event in found][1] == opening + timedelta(days=7)


def test_after_a_pause_of_a_day_the_letters_still_keep_their_distance() -> None:
    """Any day suits him, so that a short pause alone would bring two letters close together."""
    begins, every_day = OCTOBER, frozenset(range(7))
    pause = Pause(begins + timedelta(days=3), begins + timedelta(days=5))
    persona = Persona("Europe/Berlin", begins, days=every_day, pauses=(pause,))
    found = [event.at.date() for event in lessons(rehearse(COURSE, persona))]
    assert all(two - one >= DELAY for one, two in pairwise(found))


def scheduled(**changes: Any) -> Sequence:
    return replace(COURSE, schedule=replace(COURSE.schedule, **{"delay": None, **changes}))


@pytest.mark.parametrize(
    ("changes", "days"),
    [
        ({"days": frozenset({0, 3})}, "Thu 22, Mon 26, Thu 29, Mon 2, Thu 5, Mon 9"),
        ({"days": WEEK, "delay": DELAY}, "Tue 20, Sat 24, Wed 28, Sun 1, Thu 5, Mon 9"),
        ({"days": frozenset(), "dates": (1, 31)}, "Sat 31, Sun 1, Mon 30, Tue 1, Thu 31, Fri 1"),
        (
            {"days": frozenset({0, 3}), "first_at_once": True},
            "Tue 20, Thu 22, Mon 26, Thu 29, Mon 2, Thu 5",
        ),
    ],
)
def test_every_pattern_is_rehearsed(changes: dict[str, Any], days: str) -> None:
    found = lessons(rehearse(scheduled(**changes), Persona("UTC", OCTOBER)))
    assert ", ".join(f"{event.at:%a} {event.at.day}" for event in found) == days


def test_a_lesson_that_asks_nothing_is_not_asked_again() -> None:
    first, *rest = COURSE.lessons
    quiet = replace(COURSE, lessons=(replace(first, prompt=None), *rest))
    nudges = [e.title for e in rehearse(quiet, Persona("UTC", OCTOBER)) if e.what == "nudge"]
    assert nudges == [lesson.title for lesson in rest]


def test_nobody_is_nudged_once_the_next_letter_is_there() -> None:
    daily = scheduled(days=WEEK)
    assert [e for e in rehearse(daily, Persona("UTC", OCTOBER)) if e.what == "nudge"] == []


def test_nothing_comes_during_a_pause_and_nothing_is_lost() -> None:
    pause = Pause(OCTOBER + timedelta(days=10), OCTOBER + timedelta(days=40))
    events = rehearse(COURSE, Persona("Europe/Berlin", OCTOBER, pauses=(pause,)))
    found = lessons(events)
    assert [event.what for event in found] == list(COURSE.steps)
    assert not [event for event in found if pause.starts_at <= event.at < pause.until]


@settings(max_examples=amounts.of(80, 20), deadline=None)
@given(
    st.sampled_from(sorted(available_timezones())),
    st.integers(0, 24 * 3600).map(lambda hours: OCTOBER + timedelta(hours=hours)),
    st.frozensets(st.integers(0, 6)),
    st.integers(0, 23).map(time),
    st.lists(st.tuples(st.integers(0, 90), st.integers(1, 30)), max_size=3),
)
def test_everybody_everywhere_gets_every_step_once_in_order_and_days_apart(
    zone: str,
    begins_at: datetime,
    days: frozenset[int],
    at: time,
    pauses: list[tuple[int, int]],
) -> None:
    starts = [(begins_at + timedelta(days=n), timedelta(days=long)) for n, long in pauses]
    paused = tuple(Pause(start, start + long) for start, long in starts)
    found = lessons(rehearse(COURSE, Persona(zone, begins_at, days or None, at, paused)))
    assert [event.what for event in found] == list(COURSE.steps)
    dates = [event.at.astimezone(ZoneInfo(zone)).date() for event in found]
    assert all(two - one >= DELAY for one, two in pairwise(dates))
    assert not [e for e in found for pause in paused if pause.starts_at <= e.at <= pause.until]
