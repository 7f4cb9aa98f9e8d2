"""A question about a lesson is asked where it may have arrived, and never late."""

import pytest
from sqlmodel import select, update

from course.db.transactions import reading, transaction
from course.models import Delivery, DeliveryKind, DeliveryState, Enrollment
from course.scheduling import clock_loop
from tests.course.scheduling.kit import DAY, HOUR, TUESDAY, WEEK
from tests.support.world import World


def test_a_nudge_that_was_written_and_is_late_is_dropped(enrolled: World) -> None:
    enrolled.go(TUESDAY)
    enrolled.clock.at = TUESDAY + 4 * DAY
    clock_loop.write_due(enrolled.runtime)
    enrolled.clock.advance(4 * HOUR)
    before = len(enrolled.letters())
    enrolled.settle()
    enrolled.go(TUESDAY + WEEK)
    assert len(enrolled.letters()) == before + 1, "the second lesson, and no old question"


@pytest.mark.parametrize("state", DeliveryState)
def test_a_nudge_asks_only_about_a_lesson_that_may_have_arrived(
    enrolled: World, state: DeliveryState
) -> None:
    enrolled.go(TUESDAY)
    with transaction(enrolled.runtime.engine) as session:
        [lesson] = session.exec(select(Delivery).where(Delivery.kind == DeliveryKind.LESSON))
        lesson.state, lesson.try_at = state, None
    enrolled.go(5 * DAY)
    with reading(enrolled.runtime.engine) as session:
        nudges = session.exec(select(Delivery).where(Delivery.kind == DeliveryKind.NUDGE)).all()
    asks = state in (DeliveryState.SENT, DeliveryState.UNCERTAIN)
    assert len(nudges) == asks


def test_no_nudge_for_a_lesson_of_another_round(enrolled: World) -> None:
    enrolled.go(TUESDAY)
    with transaction(enrolled.runtime.engine) as session:
        session.execute(update(Enrollment).values(round=2))
    enrolled.go(5 * DAY)
    with reading(enrolled.runtime.engine) as session:
        assert not session.exec(select(Delivery).where(Delivery.kind == DeliveryKind.NUDGE)).all()
