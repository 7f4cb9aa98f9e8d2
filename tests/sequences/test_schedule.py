"""Openings, right across every change of every clock in the world."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sequences.schedule import Window, next_send_at, opening_on

NO_DELAY, DAY = timedelta(0), timedelta(days=1)
EVERY_DAY = frozenset(range(7))
ZONES = sorted(available_timezones())


def walk(window: Window, begins: datetime, ends: datetime) -> list[datetime]:
    found = [next_send_at(begins, NO_DELAY, window)]
    while found[-1] < ends:
        found.append(next_send_at(found[-1], NO_DELAY, window))
    return found


@cache
def changes(zone: str) -> list[datetime]:
    """The days, from 2024 to 2034, on which the zone's distance from UTC changes."""
    days = [datetime(2024, 1, 1, tzinfo=UTC) + n * DAY for n in range(3653)]
    info = ZoneInfo(zone)
    return [
        one
        for one, other in pairwise(days)
        if one.astimezone(info).utcoffset() != other.astimezone(info).utcoffset()
    ]


@st.composite
def windows_near_a_change(draw: st.DrawFn) -> tuple[Window, datetime]:
    zone = draw(st.sampled_from(ZONES))
    window = Window(
        draw(st.frozensets(st.integers(0, 6), min_size=1)),
        draw(st.times().map(lambda at: at.replace(second=0, microsecond=0))),
        zone,
    )
    near = changes(zone) or [datetime(2028, 2, 28, tzinfo=UTC)]
    return window, draw(st.sampled_from(near)) - draw(st.integers(1, 8)) * DAY


@settings(max_examples=250, deadline=None)
@given(windows_near_a_change())
def test_no_opening_is_missed_doubled_or_outside_its_window(drawn: tuple[Window, datetime]) -> None:
    window, begins = drawn
    zone = ZoneInfo(window.zone)
    openings = walk(window, begins, begins + 16 * DAY)
    for opening in openings:
        local = opening.astimezone(zone)
        assert local.weekday() in window.days
        assert local.time() == window.at or in_a_gap(local, window)
    assert all(one < other for one, other in pairwise(openings))
    assert [opening.astimezone(zone).date() for opening in openings] == allowed_dates(
        window, begins, openings[-1]
    )


def in_a_gap(local: datetime, window: Window) -> bool:
    """The window's hour does not exist on this date, and this is the first instant after."""
    wall = datetime.combine(local.date(), window.at, local.tzinfo)
    exists = wall.astimezone(UTC).astimezone(local.tzinfo).time() == window.at
    before = (local.astimezone(UTC) - timedelta(seconds=1)).astimezone(local.tzinfo)
    return not exists and before.utcoffset() != local.utcoffset()


def allowed_dates(window: Window, begins: datetime, ends: datetime) -> list[date]:
    """Counted the other way round: every date of the calendar, asked one by one."""
    first = begins.astimezone(ZoneInfo(window.zone)).date()
    dates = [first + n * DAY for n in range(60)]
    found = ((day, opening_on(day, window)) for day in dates if day.weekday() in window.days)
    return [day for day, opening in found if opening and begins < opening <= ends]


@pytest.mark.parametrize(
    "zone", ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Cairo"]
)
@pytest.mark.parametrize("at", [time(0, 0), time(0, 30), time(2, 15), time(19, 30)])
def test_ten_years_of_days_have_one_opening_each(zone: str, at: time) -> None:
    window = Window(EVERY_DAY, at, zone)
    begins = datetime(2024, 1, 1, 12, tzinfo=UTC)
    dates = [o.astimezone(ZoneInfo(zone)).date() for o in walk(window, begins, begins + 3650 * DAY)]
    assert dates == [dates[0] + n * DAY for n in range(len(dates))]


def test_an_hour_that_is_skipped_opens_at_the_first_instant_after_the_gap() -> None:
    window = Window(EVERY_DAY, time(2, 30), "Europe/Berlin")
    assert opening_on(date(2027, 3, 28), window) == datetime(2027, 3, 28, 1, tzinfo=UTC)


def test_an_hour_that_exists_twice_opens_the_first_time() -> None:
    window = Window(EVERY_DAY, time(2, 30), "Europe/Berlin")
    assert opening_on(date(2026, 10, 25), window) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_week_over_the_autumn_change_is_a_week() -> None:
    window = Window(frozenset({1}), time(19, 30), "America/New_York")
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
    window = Window(frozenset({1}), time(19, 30), "UTC")
    slot = datetime(2026, 12, 8, 19, 30, tzinfo=UTC)
    assert next_send_at(slot, NO_DELAY, window) == slot + 7 * DAY


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd"])
def test_a_window_needs_a_real_zone(zone: str) -> None:
    with pytest.raises(ValueError, match="time zone"):
        Window(EVERY_DAY, time(19, 30), zone)


def test_a_window_needs_a_day() -> None:
    with pytest.raises(ValueError, match="days"):
        Window(frozenset(), time(19, 30), "UTC")
