"""A reader whom a wrong clock has moved by months is seen, though nothing is late."""

from datetime import timedelta

import pytest

from course.db.transactions import transaction
from course.models import Enrollment, EnrollmentState
from course.operations.doctor import readers
from tests.support.world import World


def moved(world: World, ahead: timedelta, **state: object) -> list[str]:
    """What the doctor says once Ada's next letter has been put so far ahead."""
    world.enroll()
    with transaction(world.runtime.engine) as session:
        ada = session.get_one(Enrollment, 1)
        ada.next_send_at = world.clock.at + ahead
        for name, value in state.items():
            setattr(ada, name, value)
    return [found.words for found in readers.check_readers(world.runtime)]


@pytest.mark.parametrize("days", [0, 7, 14, 25])
def test_who_waits_as_long_as_the_course_says_is_no_trouble(world: World, days: int) -> None:
    assert moved(world, timedelta(days=days)) == []


@pytest.mark.parametrize("days", [30, 365])
def test_who_waits_for_weeks_longer_is_told(world: World, days: int) -> None:
    (words,) = moved(world, timedelta(days=days))
    assert words.startswith("1 reader waits weeks longer for the next letter")


def test_a_pause_is_the_readers_own(world: World) -> None:
    ahead = timedelta(days=365)
    assert moved(world, ahead, state=EnrollmentState.PAUSED, paused_until=world.clock.at) == []
