"""Days of the week and dates of the month."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sequences.pattern import WEEK, Pattern

DAY = timedelta(days=1)
DAYS = [date(2023, 1, 1) + n * DAY for n in range(2 * 365)]


def in_month(pattern: Pattern, year: int, month: int) -> list[int]:
    days = range(1, monthrange(year, month)[1] + 1)
    return [day for day in days if pattern.includes(date(year, month, day))]


def test_a_month_that_is_too_short_has_its_last_day_instead() -> None:
    pattern = Pattern(dates=frozenset({15, 31}))
    assert in_month(pattern, 2027, 1) == [15, 31]
    assert in_month(pattern, 2027, 4) == [15, 30]
    assert in_month(pattern, 2027, 2) == [15, 28]
    assert in_month(pattern, 2028, 2) == [15, 29]


@given(st.frozensets(st.integers(1, 31), min_size=1), st.integers(2020, 2040), st.integers(1, 12))
def test_every_month_has_each_date_once(dates: frozenset[int], year: int, month: int) -> None:
    last = monthrange(year, month)[1]
    wanted = sorted({min(date, last) for date in dates})
    assert in_month(Pattern(dates=dates), year, month) == wanted


@pytest.mark.parametrize(
    ("pattern", "gaps"),
    [
        (Pattern(frozenset({1})), (7, 7)),
        (Pattern(frozenset({0, 3})), (3, 4)),
        (Pattern(frozenset({0, 1})), (1, 6)),
        (Pattern(WEEK), (1, 1)),
        (Pattern(dates=frozenset({1, 15})), (14, 17)),
        (Pattern(dates=frozenset({31})), (28, 31)),
    ],
)
def test_the_gaps_of_a_pattern(pattern: Pattern, gaps: tuple[int, int]) -> None:
    assert (pattern.shortest_gap, pattern.longest_gap) == gaps


@pytest.mark.parametrize("days", [{}, {-1}, {1, 7}])
def test_a_week_has_its_days(days: set[int]) -> None:
    with pytest.raises(ValueError, match="days"):
        Pattern(frozenset(days))


@pytest.mark.parametrize("dates", [{0}, {1, 32}])
def test_a_month_has_its_dates(dates: set[int]) -> None:
    with pytest.raises(ValueError, match="dates"):
        Pattern(dates=frozenset(dates))


def test_days_and_dates_are_not_mixed() -> None:
    with pytest.raises(ValueError, match="or dates"):
        Pattern(frozenset({1}), frozenset({1}))
