"""A request that fails by itself is told as that, and not as a clock that stands still."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text

from course.db.transactions import reading, transaction
from course.models import Request, RequestKind
from course.operations import metrics
from course.operations.doctor import deliveries
from course.operations.status import Status, read_status
from course.scheduling import clock_loop
from tests.support.world import World

LATE = timedelta(minutes=40)


def status(world: World) -> Status:
    with reading(world.runtime.engine) as session:
        return read_status(session, world.clock.now())


def doctor(world: World, part: str) -> str:
    found = deliveries.check_deliveries(world.runtime)
    return "\n".join(f"{one.level} {one.words}" for one in found if one.part == part)


def a_sign_up_without_a_course(world: World) -> None:
    with transaction(world.runtime.engine) as session:
        at = world.clock.now()
        kind, grace = RequestKind.SIGN_UP, "grace@example.org"
        session.add(Request(kind=kind, address=grace, address_key=grace, asked_at=at))


def a_course_that_cannot_be_read(world: World) -> None:
    world.press("/courses/emotional-safety/sign-ups", address="ada@example.org")
    with transaction(world.runtime.engine) as session:
        session.execute(text("DELETE FROM letter"))
        session.execute(text("DELETE FROM revision"))


def looks(world: World) -> None:
    clock_loop.tick(world.runtime)
    world.clock.at += LATE
    clock_loop.tick(world.runtime)


@pytest.mark.parametrize("ask", [a_sign_up_without_a_course, a_course_that_cannot_be_read])
def test_a_request_that_fails_by_itself_blames_no_clock(
    world: World, ask: Callable[[World], None]
) -> None:
    ask(world)
    looks(world)
    assert status(world).unwritten is None
    assert doctor(world, "clock") == "fine looked 0 seconds ago"
    assert "clock" not in world.open("/readyz").text
    assert "mind 1 has waited for 40 minutes while a clock looked" in doctor(world, "requests")
    assert "letterpath_requests_unanswerable 1\n" in metrics.exposition(status(world), None)


def test_beside_it_whoever_waits_for_a_dead_clock_is_told(world: World) -> None:
    a_sign_up_without_a_course(world)
    looks(world)
    world.press("/courses/emotional-safety/sign-ups", address="ada@example.org")
    world.clock.at += LATE
    assert status(world).unwritten == LATE
    assert "no clock has looked for 40 minutes" in doctor(world, "clock")
    assert "mind 1 has waited for 1 hour" in doctor(world, "requests")


def test_where_all_are_answered_nothing_is_said_of_requests(world: World) -> None:
    world.press("/courses/emotional-safety/sign-ups", address="ada@example.org")
    looks(world)
    assert doctor(world, "requests") == ""
