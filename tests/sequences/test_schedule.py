"""Openings, right across every change of every clock in the world."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sequences.course_schedule import Schedule
from sequences.pattern import EVERY_DAY, Pattern
from sequences.schedule import Window, next_send_at, opening_on
from tests.sequences.openings import (
    BEGINS,
    DAY,
    MINUTE,
    NO_DELAY,
    ZONES,
    changes,
    first_shown,
    first_shown_between,
    walk,
)
from tests.support import amounts

patterns = st.one_of(
    st.frozensets(st.integers(0, 6), min_size=1).map(Pattern),
    st.frozensets(st.integers(1, 31), min_size=1).map(lambda dates: Pattern(dates=dates)),
)


@st.composite
def journeys(draw: st.DrawFn) -> tuple[Window, datetime]:
    """A window anywhere, and a moment to begin: mostly just before a change of its zone."""
    zone = draw(st.sampled_from(ZONES))
    hours = st.times().map(lambda at: at.replace(second=0, microsecond=0))
    begins = BEGINS + draw(st.integers(0, 3900 * 24 * 60)) * MINUTE
    if draw(st.integers(0, 3)) > 0 and changes(zone):
        change = draw(st.sampled_from(changes(zone)))
        begins = change - draw(st.integers(1, 10 * 24 * 60)) * MINUTE
        near = st.integers(-130, 130).map(
            lambda n: (change + n * MINUTE).astimezone(ZoneInfo(zone))
        )
        hours = st.one_of(hours, near.map(lambda local: local.time()))
    return Window(draw(patterns), draw(hours), zone), begins


@settings(max_examples=amounts.of(150, 40), deadline=None)
@given(journeys())
def test_no_opening_is_missed_doubled_or_outside_its_window(drawn: tuple[Window, datetime]) -> None:
    window, begins = drawn
    openings = walk(window, begins, begins + 16 * DAY)
    assert openings == first_shown_between(window, begins, begins + 16 * DAY)
    assert all(one < other for one, other in pairwise(openings))
    for opening in openings:
        local = opening.astimezone(ZoneInfo(window.zone))
        on_time = local.time() == window.at and window.pattern.includes(local.date())
        assert on_time or opening in changes(window.zone)


@settings(max_examples=amounts.of(150, 40), deadline=None)
@given(journeys(), st.integers(0, 40))
def test_the_distance_is_kept_and_no_opening_is_passed_over(
    drawn: tuple[Window, datetime], days: int
) -> None:
    window, begins = drawn
    soonest = begins.astimezone(ZoneInfo(window.zone)).date() + days * DAY
    dates = [soonest + n * DAY for n in range(33)]
    shown = [first_shown(d, window.at, window.zone) for d in dates if window.pattern.includes(d)]
    opening = next_send_at(begins, days * DAY, window)
    assert opening == next(found for found in shown if found > begins)


@settings(max_examples=amounts.of(150, 40), deadline=None)
@given(journeys())
def test_the_distance_of_a_course_passes_none_of_its_days_over(
    drawn: tuple[Window, datetime],
) -> None:
    window, begins = drawn
    days, dates = window.pattern.days, tuple(sorted(window.pattern.dates))
    course = Schedule(days, window.at, None, None, timedelta(hours=3), dates)
    distance = course.distance(window.pattern)
    for one, two in pairwise(walk(window, begins, begins + 70 * DAY)):
        assert next_send_at(one, distance, window) == two


def test_every_change_of_every_zone_leaves_each_date_its_one_opening() -> None:
    """The minute before each change, the change itself, and what lies in the gap or comes twice."""
    alike = {(BEGINS.astimezone(ZoneInfo(z)).utcoffset(), *changes(z)): z for z in ZONES}
    for zone in alike.values():
        for change in changes(zone):
            before = (change - MINUTE).astimezone(ZoneInfo(zone))
            for minutes in (0, 1, 31):
                wall = before.replace(tzinfo=None) + minutes * MINUTE
                dates = [wall.date() + n * DAY for n in (-1, 0, 1)]
                window = Window(EVERY_DAY, wall.time(), zone)
                found = [opening_on(day, window) for day in dates]
                assert found == [first_shown(day, wall.time(), zone) for day in dates], zone


ODD = (
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",  # changes by 30 minutes
    "Africa/Casablanca",  # goes back for Ramadan, on other dates each year
    "America/Scoresbysund",  # its gap ends at midnight
    "Asia/Beirut",  # its gap begins at midnight
    "Africa/Cairo",
    "Antarctica/Troll",  # changes by two hours
)


@pytest.mark.parametrize("zone", ODD)
@pytest.mark.parametrize("at", [time(0, 0), time(0, 30), time(2, 15), time(19, 30), time(23, 30)])
def test_every_day_of_a_year_has_its_opening(zone: str, at: time) -> None:
    window, begins = Window(EVERY_DAY, at, zone), datetime(2026, 1, 1, 12, tzinfo=UTC)
    openings = walk(window, begins, begins + 365 * DAY)
    assert len(openings) == 365
    assert openings == first_shown_between(window, begins, begins + 365 * DAY)


@pytest.mark.parametrize("zone", ODD)
def test_ten_years_of_evenings_are_all_at_half_past_seven(zone: str) -> None:
    openings = walk(Window(EVERY_DAY, time(19, 30), zone), BEGINS, BEGINS + 3650 * DAY)
    local = [opening.astimezone(ZoneInfo(zone)) for opening in openings]
    assert {evening.time() for evening in local} == {time(19, 30)}
    assert [evening.date() for evening in local] == [local[0].date() + n * DAY for n in range(3650)]


def test_an_hour_that_is_skipped_opens_at_the_first_instant_after_the_gap() -> None:
    window = Window(EVERY_DAY, time(2, 30), "Europe/Berlin")
    assert opening_on(date(2027, 3, 28), window) == datetime(2027, 3, 28, 1, tzinfo=UTC)


def test_a_gap_of_thirty_minutes_opens_when_it_is_over() -> None:
    window = Window(EVERY_DAY, time(2, 15), "Australia/Lord_Howe")
    opening = opening_on(date(2026, 10, 4), window)
    assert opening is not None
    assert opening.astimezone(ZoneInfo(window.zone)).time() == time(2, 30)


def test_midnight_opens_at_one_where_the_day_begins_at_one() -> None:
    window = Window(EVERY_DAY, time(0, 0), "Africa/Cairo")
    opening = opening_on(date(2026, 4, 24), window)
    assert opening is not None
    assert opening.astimezone(ZoneInfo(window.zone)).isoformat() == "2026-04-24T01:00:00+03:00"


@pytest.mark.parametrize("zone", ["America/Nuuk", "America/Scoresbysund"])
def test_a_saturday_whose_last_hour_is_skipped_opens_as_sunday_begins(zone: str) -> None:
    """Greenland's clocks go from 23:00 to midnight: the week's letter is not lost to that."""
    window = Window(Pattern(frozenset({5})), time(23, 30), zone)
    before = datetime(2025, 3, 23, 12, tzinfo=UTC)
    first, second = walk(window, before, before + 14 * DAY)
    assert first.astimezone(ZoneInfo(zone)).isoformat() == "2025-03-30T00:00:00-01:00"
    assert second.astimezone(ZoneInfo(zone)).isoformat() == "2025-04-05T23:30:00-01:00"


def test_a_day_after_such_a_saturday_is_sunday() -> None:
    window = Window(EVERY_DAY, time(23, 30), "America/Nuuk")
    saturday = opening_on(date(2025, 3, 29), window)
    assert saturday is not None
    assert next_send_at(saturday, DAY, window) == opening_on(date(2025, 3, 30), window)


def test_an_hour_that_exists_twice_opens_the_first_time() -> None:
    window = Window(EVERY_DAY, time(2, 30), "Europe/Berlin")
    assert opening_on(date(2026, 10, 25), window) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_between_the_two_the_second_time_does_not_count() -> None:
    window = Window(EVERY_DAY, time(2, 30), "Europe/Berlin")
    between = datetime(2026, 10, 25, 1, tzinfo=UTC)  # 02:00 for the second time
    assert next_send_at(between, NO_DELAY, window) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


def test_a_week_over_the_autumn_change_is_a_week() -> None:
    window = Window(Pattern(frozenset({1})), time(19, 30), "America/New_York")
    before = datetime(2026, 10, 27, 23, 30, tzinfo=UTC)
    assert next_send_at(before, 7 * DAY, window) == datetime(2026, 11, 4, 0, 30, tzinfo=UTC)


def test_a_date_that_a_zone_skips_has_no_opening() -> None:
    """Samoa went from the 29th to the 31st of December 2011."""
    window = Window(EVERY_DAY, time(19, 30), "Pacific/Apia")
    assert opening_on(date(2011, 12, 30), window) is None
    begins = datetime(2011, 12, 29, tzinfo=UTC)
    dates = [
        o.astimezone(ZoneInfo(window.zone)).day for o in walk(window, begins, begins + 3 * DAY)
    ]
    assert dates[:3] == [28, 29, 31]


def test_the_answer_is_never_the_moment_asked_about() -> None:
    window = Window(Pattern(frozenset({1})), time(19, 30), "UTC")
    slot = datetime(2026, 12, 8, 19, 30, tzinfo=UTC)
    assert next_send_at(slot, NO_DELAY, window) == slot + 7 * DAY


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd"])
def test_a_window_needs_a_real_zone(zone: str) -> None:
    with pytest.raises(ValueError, match="time zone"):
        Window(EVERY_DAY, time(19, 30), zone)


def test_a_window_needs_a_day() -> None:
    with pytest.raises(ValueError, match="days"):
        Window(Pattern(frozenset()), time(19, 30), "UTC")


@pytest.mark.parametrize("day", [-1, 7])
def test_a_window_needs_days_of_the_week(day: int) -> None:
    with pytest.raises(ValueError, match="days"):
        Window(Pattern(frozenset({1, day})), time(19, 30), "UTC")


def test_a_window_has_one_zone_and_not_two() -> None:
    with pytest.raises(ValueError, match="no zone of its own"):
        Window(EVERY_DAY, time(19, 30, tzinfo=UTC), "Europe/Berlin")


def test_an_hour_marked_as_the_second_of_its_kind_is_the_same_hour() -> None:
    """Equal windows open together: `time` does not compare `fold`, and a wall clock has none."""
    one, other = (Window(EVERY_DAY, time(2, 30, fold=fold), "Europe/Berlin") for fold in (0, 1))
    assert one == other
    assert opening_on(date(2026, 10, 25), one) == opening_on(date(2026, 10, 25), other)


def test_the_answer_is_in_utc_whatever_zone_the_question_is_in() -> None:
    window = Window(Pattern(frozenset({1})), time(19, 30), "America/New_York")
    asked = datetime(2026, 12, 7, 9, tzinfo=ZoneInfo("Asia/Tokyo"))
    answer = next_send_at(asked, NO_DELAY, window)
    assert (answer, answer.tzinfo) == (datetime(2026, 12, 9, 0, 30, tzinfo=UTC), UTC)
