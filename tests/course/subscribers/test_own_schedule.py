"""A reader's own days and hour in courses of every pattern: what they don't choose, they keep."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlmodel import update

from course.authoring import publishing
from course.authoring.compiling import Compilation
from course.db.transactions import transaction
from course.models import Enrollment
from sequences.pattern import WEEK
from tests.support.prepared import Prepare
from tests.support.shipped import compiled
from tests.support.world import World

BERLIN = "Europe/Berlin"
MONDAY = datetime(2026, 12, 7, 6, 30, tzinfo=UTC)  # 7:30 in Berlin
DAY = timedelta(days=1)
TWICE_A_WEEK = {"days": frozenset({0, 3}), "delay": None, "nudge_after": None}


def publish(world: World, **changes: Any) -> None:
    made = compiled()
    schedule = replace(made.sequence.schedule, **changes)
    course = Compilation(replace(made.sequence, schedule=schedule), made.letters)
    with transaction(world.runtime.engine) as session:
        publishing.publish(session, course, world.clock.now())


@pytest.fixture
def ada(prepare: Prepare) -> World:
    """She is enrolled in a course of two letters a week."""
    world = prepare(World.enroll)
    publish(world, **TWICE_A_WEEK)
    return world


def choose(world: World, *days: str, at: str = "07:30") -> int:
    form: dict[str, str | list[str]] = {"days": list(days), "at": at, "zone": BERLIN}
    return world.press(f"{pace(world)}/schedule", **form).status_code


def pace(world: World) -> str:
    return world.link("/pace/", world.letters()[1])


def weekdays(world: World, letters: int) -> list[str]:
    """Of the next letters, each when it is due."""
    found = []
    for _ in range(letters):
        at = world.enrollment().next_send_at
        assert at is not None
        found.append(f"{at:%a}")
        world.go(at)
    return found


def test_another_hour_alone_keeps_two_letters_a_week(ada: World) -> None:
    assert choose(ada, "0", "3") == 303
    assert ada.enrollment().next_send_at == MONDAY
    assert weekdays(ada, 4) == ["Mon", "Thu", "Mon", "Thu"]


def test_two_other_days_are_two_letters_a_week(ada: World) -> None:
    assert choose(ada, "5", "1") == 303
    assert ada.enrollment().days == "15"
    assert weekdays(ada, 4) == ["Sat", "Tue", "Sat", "Tue"]


def test_two_days_that_follow_each_other_are_two_letters_too(ada: World) -> None:
    assert choose(ada, "0", "1") == 303
    assert weekdays(ada, 4) == ["Mon", "Tue", "Mon", "Tue"]


def test_the_page_shows_the_days_that_are_chosen(ada: World) -> None:
    choose(ada, "1", "5")
    page = ada.open(pace(ada)).text
    assert "Letters come on Tuesdays and Saturdays at 7:30" in page
    assert [f'value="{day}" checked' in page for day in range(7)] == [
        day in (1, 5) for day in range(7)
    ]


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([], "Choose a day of the week."),
        (["7"], "Choose a day of the week."),
        (["0", "2", "4"], "Choose 2 days at most."),
    ],
)
def test_what_can_not_be_chosen_is_said_beside_the_days(
    ada: World, days: list[str], words: str
) -> None:
    before = ada.rows()
    answer = ada.press(f"{pace(ada)}/schedule", days=days, at="08:00", zone=BERLIN)
    assert answer.status_code == 422
    assert f'id="days-error">{words}' in answer.text
    assert 'value="08:00"' in answer.text
    assert ada.rows() == before


def test_days_are_as_far_apart_as_the_course_says(ada: World) -> None:
    publish(ada, **{**TWICE_A_WEEK, "delay": 3 * DAY})
    assert choose(ada, "0", "1") == 422
    assert choose(ada, "0", "4") == 303


def test_who_chose_nothing_of_their_own_follows_the_course(ada: World) -> None:
    choose(ada, "0", "3", at="19:30")
    assert (ada.enrollment().days, ada.enrollment().at) == (None, None)
    publish(ada, **{**TWICE_A_WEEK, "days": frozenset({2, 5})})
    assert weekdays(ada, 2) == ["Sat", "Wed"]


def test_the_course_s_own_schedule_is_a_press_away(ada: World) -> None:
    choose(ada, "6")
    assert "own: Letters come on Mondays and Thursdays at 7:30" in ada.open(pace(ada)).text
    ada.press(f"{pace(ada)}/schedule", follow="course")
    assert weekdays(ada, 2) == ["Mon", "Thu"]


def test_a_daily_course_may_leave_the_weekend_out(ada: World) -> None:
    publish(ada, **{**TWICE_A_WEEK, "days": WEEK, "delay": DAY})
    assert choose(ada, "0", "1", "2", "3", "4") == 303
    assert weekdays(ada, 6) == ["Mon", "Tue", "Wed", "Thu", "Fri", "Mon"]


@pytest.mark.parametrize(
    "course",
    [
        {"days": WEEK, "delay": 3 * DAY},
        {"days": frozenset(), "dates": (5, 8), "delay": None},
    ],
)
def test_where_the_course_has_no_days_of_the_week_the_hour_can_be_chosen(
    ada: World, course: dict[str, Any]
) -> None:
    publish(ada, **{**TWICE_A_WEEK, **course})
    assert 'name="days"' not in ada.open(pace(ada)).text
    assert choose(ada, at="07:30") == 303
    assert weekdays(ada, 2) == ["Sat", "Tue"]


def test_a_day_of_one_s_own_from_before_is_one_letter_a_week(ada: World) -> None:
    with transaction(ada.runtime.engine) as session:
        session.execute(update(Enrollment).values(days="0", at="07:30", next_send_at=MONDAY))
    assert weekdays(ada, 2) == ["Mon", "Mon"]


def test_pausing_skipping_and_beginning_again_keep_the_days(ada: World) -> None:
    choose(ada, "1", "5")
    ada.press(f"{pace(ada)}/pause", until="2026-12-14")
    assert weekdays(ada, 1) == ["Tue"]
    ada.press(f"{pace(ada)}/skip", step=ada.enrollment().done and "validate-feelings")
    assert weekdays(ada, 1) == ["Sat"]
    ada.press(f"{pace(ada)}/restart")
    assert weekdays(ada, 2) == ["Tue", "Sat"]


def test_the_first_lesson_comes_at_once_where_the_course_says_so(world: World) -> None:
    publish(world, **TWICE_A_WEEK, first_at_once=True, at=time(7, 30))
    world.sign_up()
    world.settle()
    confirm = world.link("/confirm/", world.letters()[-1])
    assert "The first lesson comes right away. Letters come on Mondays" in world.open(confirm).text
    world.press(confirm)
    world.go(timedelta(seconds=5))
    sampler, lesson = world.letters()[-2:]
    assert "The first lesson is on its way to you." in world.text(sampler)
    assert "Step 1 of 5" in world.text(lesson)
    assert world.enrollment().next_send_at == MONDAY
