"""A reader changes the pace while a letter is due or under way: none is lost, none comes twice."""

from datetime import UTC, datetime

import pytest
from sqlmodel import col, select, update

from course.db.transactions import reading, transaction
from course.models import Delivery, DeliveryKind, DeliveryState, EnrollmentState
from course.scheduling import clock_loop
from course.subscribers import pacing
from course.subscribers.place import find_place
from tests.course.scheduling.kit import DAY, HOUR, MINUTE, TUESDAY, WEEK, lessons
from tests.support.claims import end, take
from tests.support.world import World


def pace(world: World) -> str:
    return world.link("/pace/", world.letters()[-1])


def sending(world: World) -> Delivery:
    """A worker has Tuesday's lesson in its hands; Ada pauses; the server puts it off."""
    held = take(world)
    world.press(f"{pace(world)}/pause", until="2026-12-20")
    end(world, held, DeliveryState.DEFERRED, world.clock.now() + 5 * MINUTE)
    with reading(world.runtime.engine) as session:
        return session.get_one(Delivery, held.deliveries[0].delivery_id)


def test_paused_while_the_server_puts_a_lesson_off(enrolled: World) -> None:
    enrolled.clock.at = TUESDAY
    clock_loop.write_due(enrolled.runtime)
    sending(enrolled)
    enrolled.go(DAY)
    assert lessons(enrolled) == [], "nothing comes in a pause"
    enrolled.go(datetime(2026, 12, 22, 18, 30, tzinfo=UTC))
    assert lessons(enrolled) == ["judgment-free-zone"], "and nothing is left out after it"


def test_begun_anew_while_the_server_puts_a_lesson_off(enrolled: World) -> None:
    enrolled.clock.at = TUESDAY
    clock_loop.write_due(enrolled.runtime)
    deferred = sending(enrolled)
    enrolled.press(f"{pace(enrolled)}/restart")
    enrolled.go(DAY)
    assert lessons(enrolled) == []
    with reading(enrolled.runtime.engine) as session:
        assert session.get_one(Delivery, deferred.id).state is DeliveryState.WITHDRAWN
    enrolled.go(TUESDAY + WEEK)
    assert lessons(enrolled) == ["judgment-free-zone"]


def test_paused_while_nobody_knows_whether_a_lesson_arrived(enrolled: World) -> None:
    enrolled.clock.at = TUESDAY
    clock_loop.write_due(enrolled.runtime)
    with transaction(enrolled.runtime.engine) as session:
        lesson = update(Delivery).where(col(Delivery.kind) == DeliveryKind.LESSON)
        session.execute(lesson.values(state="uncertain", attempts=1))
    enrolled.press(f"{pace(enrolled)}/pause", length="open")
    enrolled.go(20 * WEEK)
    assert lessons(enrolled) == []


def test_another_hour_while_the_closing_letter_waits(enrolled: World) -> None:
    enrolled.go(TUESDAY + 4 * WEEK + HOUR)
    enrolled.clock.at = TUESDAY + 5 * WEEK
    clock_loop.write_due(enrolled.runtime)
    enrolled.press(f"{pace(enrolled)}/schedule", days="3", at="08:00", zone="Europe/Berlin")
    enrolled.go(WEEK)
    assert lessons(enrolled)[-1] == "closing"
    assert enrolled.enrollment().state is EnrollmentState.FINISHED


def test_another_day_for_a_lesson_that_waits_does_not_cost_a_week(enrolled: World) -> None:
    enrolled.clock.at = TUESDAY
    clock_loop.write_due(enrolled.runtime)
    enrolled.press(f"{pace(enrolled)}/schedule", days="3", at="08:00", zone="Europe/Berlin")
    assert enrolled.enrollment().next_send_at == datetime(2026, 12, 10, 7, tzinfo=UTC)


def test_a_pause_pressed_while_the_clock_writes_loses_no_lesson(enrolled: World) -> None:
    if enrolled.runtime.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one enqueuer at a time")
    enrolled.clock.at = TUESDAY
    with transaction(enrolled.runtime.engine) as session:
        place = find_place(session, enrolled.enrollment().id or 0)
        clock_loop.write_due(enrolled.runtime)
        assert place is not None
        pacing.pause(session, place, None, TUESDAY)
    assert enrolled.enrollment().done == []
    assert enrolled.enrollment().state is EnrollmentState.PAUSED


def test_a_restart_gives_every_lesson_a_row_of_its_own(enrolled: World) -> None:
    enrolled.go(TUESDAY + WEEK)
    enrolled.press(f"{pace(enrolled)}/restart")
    enrolled.go(TUESDAY + 2 * WEEK)
    with reading(enrolled.runtime.engine) as session:
        rows = session.exec(
            select(Delivery.round, Delivery.state)
            .where(Delivery.slot == "judgment-free-zone")
            .where(Delivery.kind == DeliveryKind.LESSON)
        )
        assert sorted(rows) == [(1, DeliveryState.SENT), (2, DeliveryState.SENT)]


def test_who_comes_back_after_leaving_begins_at_the_first_lesson(enrolled: World) -> None:
    enrolled.go(TUESDAY)
    enrolled.press(f"{pace(enrolled)}/departure")
    enrolled.go(TUESDAY + WEEK)
    assert lessons(enrolled) == ["judgment-free-zone"]
    enrolled.enroll()
    enrolled.go(2 * WEEK)
    assert lessons(enrolled)[:2] == ["judgment-free-zone"] * 2
