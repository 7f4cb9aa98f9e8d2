"""The subscriber owns the pace."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from course.models import EnrollmentState
from tests.support.prepared import Prepare
from tests.support.world import World

TUESDAY = datetime(2026, 12, 8, 18, 30, tzinfo=UTC)  # 19:30 in Berlin
WEEK = timedelta(days=7)
FIRST = "judgment-free-zone"


@pytest.fixture
def pace(prepare: Prepare) -> str:
    """Ada's pace page, the day after she signed up."""
    world = prepare(World.enroll)
    return world.link("/pace/", world.letters()[-1])


def test_a_pause_until_a_date_goes_on_by_itself(world: World, pace: str) -> None:
    world.press(f"{pace}/pause", until="2026-12-20")
    world.go(datetime(2026, 12, 22, 18, 29, tzinfo=UTC))
    assert len(world.letters()) == 2
    world.go(timedelta(minutes=2))
    assert len(world.letters()) == 3
    assert world.enrollment().state is EnrollmentState.ACTIVE


def test_a_pause_for_two_weeks_is_one_press(world: World, pace: str) -> None:
    world.press(f"{pace}/pause", length="two-weeks")
    assert world.enrollment().next_send_at == TUESDAY + 2 * WEEK


def test_a_pause_takes_back_what_was_written_but_not_sent(world: World, pace: str) -> None:
    from course.scheduling import clock_loop

    world.clock.at = TUESDAY
    clock_loop.write_due(world.runtime)
    world.press(f"{pace}/pause", length="open")
    world.settle()
    assert len(world.letters()) == 2
    world.press(f"{pace}/resumption")
    world.go(WEEK)
    assert "Step 1 of 5" in world.text(world.letters()[-1])


def test_another_day_hour_and_zone(world: World, pace: str) -> None:
    world.press(f"{pace}/schedule", days="6", at="08:15", zone="America/New_York")
    assert world.enrollment().next_send_at == datetime(2026, 12, 6, 13, 15, tzinfo=UTC)


def test_the_next_lesson_now_and_the_one_after_at_its_hour(world: World, pace: str) -> None:
    world.press(f"{pace}/next-letter", step=FIRST)
    world.settle()
    assert "Step 1 of 5" in world.text(world.letters()[-1])
    assert world.enrollment().next_send_at == TUESDAY


def test_a_skipped_lesson_never_comes(world: World, pace: str) -> None:
    world.press(f"{pace}/skip", step=FIRST)
    world.go(TUESDAY)
    assert "Step 2 of 5" in world.text(world.letters()[-1])


@pytest.mark.parametrize("door", ["skip", "next-letter"])
def test_a_page_that_is_older_than_the_last_letter_moves_no_other_one(
    world: World, pace: str, door: str
) -> None:
    world.go(TUESDAY)
    before = world.rows()
    answer = world.press(f"{pace}/{door}", step=FIRST)
    assert answer.status_code == 422
    assert "The next letter is a different one by now: " in answer.text
    assert world.rows() == before


def test_a_restart_begins_with_the_first_lesson(world: World, pace: str) -> None:
    world.go(TUESDAY + WEEK)
    world.press(f"{pace}/restart")
    world.go(TUESDAY + 2 * WEEK)
    assert "Step 1 of 5" in world.text(world.letters()[-1])


def test_a_zone_that_has_another_name_by_now_stays_chosen(world: World, pace: str) -> None:
    world.press(f"{pace}/schedule", days="1", at="19:30", zone="Asia/Calcutta")
    page = world.open(pace).text
    assert '<option value="Asia/Calcutta" selected' in page
    assert page.count(">Kolkata</option>") == 1


@pytest.mark.parametrize(
    ("door", "form"),
    [
        ("pause", {"until": "yesterday"}),
        ("pause", {"until": "2020-01-01"}),
        ("pause", {"until": "2999-01-01"}),
        ("schedule", {"days": "9", "at": "19:30", "zone": "UTC"}),
        ("schedule", {"days": "1", "at": "late", "zone": "UTC"}),
        ("schedule", {"days": "1", "at": "19:30", "zone": "Mars/Olympus"}),
        ("resumption", {}),
    ],
)
def test_what_can_not_be_done_changes_nothing(
    world: World, pace: str, door: str, form: dict[str, str]
) -> None:
    before = world.rows()
    answer = world.press(f"{pace}/{door}", **form)
    assert answer.status_code == 422
    assert world.rows() == before


def test_a_day_that_is_over_is_marked_where_it_was_typed(world: World, pace: str) -> None:
    page = world.press(f"{pace}/pause", length="date", until="2020-01-01").text
    assert re.search(r'<input[^>]*id="until"[^>]*aria-invalid="true"', page)
    assert '<option value="1" selected>Tuesday' in page, "the days stay as they are"


def test_no_nudge_during_a_pause(world: World, pace: str) -> None:
    world.go(TUESDAY)
    world.press(f"{pace}/pause", length="open")
    world.go(4 * WEEK)
    assert len(world.letters()) == 3


def test_newsletters_can_be_left_without_leaving_the_course(world: World, pace: str) -> None:
    world.press(f"{pace}/newsletters")
    world.go(TUESDAY)
    assert len(world.letters()) == 3
