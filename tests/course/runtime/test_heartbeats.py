"""Clocks leave a sign of life in the database, and hold their own time beside it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from course.db.transactions import reading, transaction
from course.models import Delivery, Heartbeat, Request, RequestKind
from course.operations import metrics, status
from course.operations.doctor import deliveries
from course.runtime import heartbeats
from course.runtime.clock_jumps import JumpDetector
from course.runtime.heartbeats import ClockState, HeartbeatWriter
from course.runtime.process import Runtime
from course.scheduling import clock_loop
from tests.course.runtime.test_clock_jumps import Times
from tests.support.amounts import spread
from tests.support.clocks import FixedClock
from tests.support.world import FRIDAY, World

DAY, YEAR = timedelta(days=1), timedelta(days=366)


def clocks(world: World) -> dict[str, datetime]:
    with reading(world.runtime.engine) as session:
        return {one.clock: one.looked_at for one in session.exec(select(Heartbeat))}


def clock_state(world: World) -> ClockState:
    with reading(world.runtime.engine) as session:
        return heartbeats.clock_state(session, world.clock.now())


def started_again(world: World, at: datetime) -> tuple[Runtime, FixedClock, Times]:
    """A clock of a new process, on the same database."""
    clock, times = FixedClock(at), Times()
    runtime = replace(world.runtime, clock=clock, jump_detector=times.jump_detector)
    return runtime, clock, times


def doctor(world: World) -> str:
    found = deliveries.check_deliveries(world.runtime)
    return "\n".join(f"{one.level} {one.words}" for one in found if one.part == "clock")


def shown(world: World) -> str:
    with reading(world.runtime.engine) as session:
        return metrics.exposition(status.read_status(session, world.clock.now()), None)


def test_on_a_quiet_night_a_clock_that_is_dead_is_told(world: World) -> None:
    clock_loop.tick(world.runtime)
    assert "fine looked" in doctor(world)
    assert "clock" not in world.open("/readyz").text
    world.clock.at += timedelta(minutes=40)
    assert "trouble no clock has looked for 40 minutes" in doctor(world)
    answer = world.open("/readyz")
    assert (answer.status_code, "no clock has looked for 40 minutes" in answer.text) == (200, True)
    assert "letterpath_clock_age_seconds 2400\n" in shown(world)


def test_a_clock_that_was_never_started_is_told(world: World) -> None:
    assert "trouble none has ever looked" in doctor(world)
    assert "no clock has ever looked" in world.open("/readyz").text
    assert "letterpath_clock_age_seconds +Inf\n" in shown(world)


def test_a_clock_writes_that_it_looks_every_twenty_seconds_and_no_oftener(world: World) -> None:
    for seconds, written in ((0, 0), (18, 0), (2, 20), (2, 20), (18, 40)):
        world.clock.at += timedelta(seconds=seconds)
        clock_loop.tick(world.runtime)
        assert list(clocks(world).values()) == [FRIDAY + timedelta(seconds=written)]


def test_clocks_that_are_no_more_are_forgotten(world: World) -> None:
    with transaction(world.runtime.engine) as session:
        for name, at in (("dead:1", FRIDAY - DAY), ("ahead:2", FRIDAY + DAY), ("alive:3", FRIDAY)):
            session.add(Heartbeat(clock=name, looked_at=at))
    HeartbeatWriter(world.runtime.engine).beat(FRIDAY)
    assert len(clocks(world)) == 2
    assert "alive:3" in clocks(world)


def test_a_look_in_the_future_is_no_sign_of_life(world: World) -> None:
    with transaction(world.runtime.engine) as session:
        session.add(Heartbeat(clock="ahead:2", looked_at=FRIDAY + DAY))
    assert clock_state(world).age is None


def test_workers_and_commands_are_no_clocks(world: World) -> None:
    world.settle()
    assert clocks(world) == {}


@pytest.mark.parametrize("off", [366 * DAY, 31 * DAY, timedelta(minutes=-6), -366 * DAY])
def test_a_clock_that_starts_at_a_time_that_can_t_be_waits(world: World, off: timedelta) -> None:
    world.enroll()
    clock_loop.tick(world.runtime)
    before = world.rows()
    runtime, _, times = started_again(world, FRIDAY + off)
    clock_loop.tick(runtime)
    after = world.rows()
    assert after.pop("heartbeat") != before.pop("heartbeat")
    assert after == before
    assert "what it should be" in doctor(world)
    assert "a clock waits" in world.open("/readyz").text
    assert "letterpath_clock_waits 1\n" in shown(world)
    times.elapsed, times.wall = times.elapsed + 601, times.wall + 601
    clock_loop.tick(runtime)
    assert "letterpath_clock_waits 0\n" in shown(world)
    assert max(clocks(world).values()) == FRIDAY + off


def test_a_clock_that_starts_wrong_and_is_set_right_goes_on_at_once(world: World) -> None:
    clock_loop.tick(world.runtime)
    runtime, clock, times = started_again(world, FRIDAY + 366 * DAY)
    assert clock_loop.is_suspended(runtime)
    clock.at, times.wall = FRIDAY + DAY, times.wall - (365 * DAY).total_seconds()
    assert not clock_loop.is_suspended(runtime)


@pytest.mark.parametrize("off", [timedelta(minutes=-4), timedelta(0), 29 * DAY])
def test_a_machine_that_was_off_for_a_while_goes_on_at_once(world: World, off: timedelta) -> None:
    clock_loop.tick(world.runtime)
    runtime, _, _ = started_again(world, FRIDAY + off)
    assert not clock_loop.is_suspended(runtime)


def test_the_first_clock_of_all_has_nothing_to_compare_with(world: World) -> None:
    assert not clock_loop.is_suspended(world.runtime)
    assert isinstance(world.runtime.jump_detector, JumpDetector)


class Faulty(FixedClock):
    """Jumps ahead by a year when it has been asked so often."""

    def __init__(self, at: datetime, times: Times, after: int) -> None:
        super().__init__(at)
        self.times, self.left = times, after

    def now(self) -> datetime:
        self.left -= 1
        if self.left == 0:
            self.jump(YEAR)
        return self.at

    def jump(self, by: timedelta) -> None:
        self.at, self.times.wall = self.at + by, self.times.wall + by.total_seconds()


@pytest.mark.parametrize("after", spread([2, 4, 7, 10, 30, 60], 3))
def test_a_jump_in_the_middle_of_a_batch_moves_nobody(world: World, after: int) -> None:
    names = [f"reader{number}@example.org" for number in range(60)]
    with transaction(world.runtime.engine) as session:
        for name in names:
            kind = RequestKind.SIGN_UP
            session.add(
                Request(kind=kind, address=name, address_key=name, course_id=1, asked_at=FRIDAY)
            )
    times = Times()
    world.runtime.jump_detector = times.jump_detector
    world.runtime.clock = clock = Faulty(world.clock.at, times, after)
    clock_loop.tick(world.runtime)
    assert clock.at > FRIDAY + DAY, "it has jumped"
    late = FRIDAY + timedelta(hours=1)
    with reading(world.runtime.engine) as session:
        rows = session.exec(select(Delivery)).all()
        assert all(row.try_at < late for row in rows if row.try_at)
        assert all(row.sent_at < late for row in rows if row.sent_at)
        assert not [row for row in rows if row.state in {"withdrawn", "uncertain"}]
    clock.jump(-YEAR)
    clock_loop.tick(world.runtime)
    assert sorted(mail["To"] for mail in world.mail()) == sorted(names)
