"""A wall clock that jumps: everybody waits, and nobody's year is moved."""

from datetime import timedelta

import pytest

from course.runtime.clock_jumps import JumpDetector
from course.scheduling import clock_loop
from tests.support.world import World

DAY = 86_400.0


class Times:
    """A wall clock, and what has truly passed."""

    wall = 1_800_000_000.0
    elapsed = 100.0

    def __init__(self) -> None:
        self.jump_detector = JumpDetector(lambda: self.wall, lambda: self.elapsed)

    def after(self, seconds: float, jump: float = 0.0) -> bool:
        self.elapsed += seconds
        self.wall += seconds + jump
        return self.jump_detector.jumped()


@pytest.mark.parametrize("jump", [366 * DAY, DAY, 301, -301, -DAY])
def test_a_clock_that_jumps_waits_until_it_is_right_again(jump: float) -> None:
    times = Times()
    assert not times.after(2)
    assert times.after(2, jump)
    assert times.after(8)
    assert not times.after(2, -jump)


def test_a_clock_that_stays_where_it_jumped_to_is_believed_after_ten_minutes() -> None:
    times = Times()
    assert times.after(2, DAY)
    assert times.after(599)
    assert not times.after(2)
    assert not times.after(2)


def test_a_clock_that_jumps_again_begins_anew() -> None:
    times = Times()
    assert times.after(2, DAY)
    assert times.after(599, DAY)
    assert times.after(599)


def test_a_month_of_sleep_and_small_corrections_are_no_jumps() -> None:
    times = Times()
    assert not times.after(30 * DAY)
    assert not any(times.after(2, jump) for jump in (60, -60, 299, -299))


def test_a_clock_that_drifts_slowly_is_followed() -> None:
    times = Times()
    assert not any(times.after(2, 200) for _ in range(20))


def test_a_tick_whose_clock_has_jumped_moves_nobody(world: World) -> None:
    world.enroll()
    times = Times()
    world.runtime.jump_detector = times.jump_detector
    before = world.rows()
    world.clock.at += timedelta(days=366)
    times.wall += 366 * DAY
    clock_loop.tick(world.runtime)
    assert world.rows() == before
    times.wall -= 366 * DAY
    clock_loop.tick(world.runtime)
    assert world.rows() != before
