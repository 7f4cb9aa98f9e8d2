"""What is due gets its row, and what must not go out any more is called back."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, col, select, update

from course.db.transactions import reading, transaction
from course.models import (
    Delivery,
    DeliveryKind,
    DeliveryState,
    Enrollment,
    EnrollmentState,
    Subscriber,
)
from course.outbox.orders import Enqueuer
from course.scheduling import clock_loop, dispatching, nudging
from course.subscribers import pacing
from course.subscribers.place import find_place
from emails.errors import Deferred
from emails.transports.memory import MemoryTransport
from tests.support import bulk_rows
from tests.support.claims import end, take
from tests.support.prepared import Prepare
from tests.support.query_plans import explained
from tests.support.world import World

TUESDAY = datetime(2026, 12, 8, 18, 30, tzinfo=UTC)  # 19:30 in Berlin
MINUTE, HOUR, DAY, WEEK = (timedelta(minutes=m) for m in (1, 60, 1440, 10080))


@pytest.fixture
def enrolled(prepare: Prepare) -> World:
    return prepare(World.enroll)


def put_off(world: World, *, by_the_server: bool = True) -> None:
    transport = world.runtime.transports[0].transport
    assert isinstance(transport, MemoryTransport)
    transport.replies = {"ada@example.org": Deferred(451, "4.7.1 later")} if by_the_server else {}


def lessons(world: World) -> list[str]:
    """The slots of all lessons that arrived, in order."""
    with reading(world.runtime.engine) as session:
        return list(
            session.exec(
                select(Delivery.slot)
                .where(col(Delivery.kind).in_((DeliveryKind.LESSON, DeliveryKind.CLOSING)))
                .where(Delivery.state == DeliveryState.SENT)
                .order_by(col(Delivery.sent_at))
            )
        )


def pace(world: World) -> str:
    return world.link("/pace/", world.letters()[-1])


def test_a_lesson_is_written_at_its_minute_and_not_before(enrolled: World) -> None:
    enrolled.clock.at = TUESDAY - MINUTE
    enrolled.settle()
    assert lessons(enrolled) == []
    enrolled.clock.at = TUESDAY
    enrolled.settle()
    assert lessons(enrolled) == ["judgment-free-zone"]


@pytest.mark.parametrize("late", [timedelta(), 3 * HOUR])
def test_a_lesson_within_its_limit_goes_out_late(enrolled: World, late: timedelta) -> None:
    enrolled.clock.at = TUESDAY + late
    enrolled.settle()
    assert lessons(enrolled) == ["judgment-free-zone"]
    assert enrolled.enrollment().next_send_at == TUESDAY + WEEK


def test_a_lesson_later_than_its_limit_waits_for_the_next_opening(enrolled: World) -> None:
    enrolled.clock.at = TUESDAY + 3 * HOUR + MINUTE
    enrolled.settle()
    assert lessons(enrolled) == []
    assert enrolled.enrollment().next_send_at == TUESDAY + WEEK
    enrolled.go(TUESDAY + WEEK)
    assert lessons(enrolled) == ["judgment-free-zone"]


def test_a_written_lesson_that_is_too_late_does_not_arrive_beside_the_next_one(
    enrolled: World,
) -> None:
    enrolled.clock.at = TUESDAY
    clock_loop.write_due(enrolled.runtime)
    enrolled.clock.at = TUESDAY + 4 * HOUR
    enrolled.settle()
    assert lessons(enrolled) == []
    enrolled.go(TUESDAY + WEEK)
    assert lessons(enrolled) == ["judgment-free-zone"]
    enrolled.go(TUESDAY + 2 * WEEK)
    assert lessons(enrolled) == ["judgment-free-zone", "validate-feelings"]


def test_a_lesson_put_off_past_its_limit_keeps_its_message_id_and_its_attempts(
    enrolled: World,
) -> None:
    put_off(enrolled)
    enrolled.go(TUESDAY + 4 * HOUR)
    with reading(enrolled.runtime.engine) as session:
        before = session.exec(select(Delivery).where(Delivery.kind == DeliveryKind.LESSON)).one()
    assert before.state is DeliveryState.WITHDRAWN
    put_off(enrolled, by_the_server=False)
    enrolled.go(TUESDAY + WEEK)
    assert enrolled.letters()[-1]["Message-ID"].strip() == before.message_id
    assert before.attempts > 1


def test_an_address_that_puts_everything_off_does_not_go_round_for_ever(enrolled: World) -> None:
    put_off(enrolled)
    enrolled.go(TUESDAY + 8 * WEEK)
    with reading(enrolled.runtime.engine) as session:
        first = select(Delivery.state).where(Delivery.slot == "judgment-free-zone")
        states = session.exec(first.where(Delivery.kind == DeliveryKind.LESSON))
        assert list(states) == [DeliveryState.FAILED]


def test_a_closing_letter_that_is_too_late_still_comes(enrolled: World) -> None:
    enrolled.go(TUESDAY + 4 * WEEK + HOUR)
    enrolled.clock.at = TUESDAY + 5 * WEEK
    clock_loop.write_due(enrolled.runtime)
    assert enrolled.enrollment().state is EnrollmentState.FINISHED
    enrolled.clock.advance(4 * HOUR)
    enrolled.settle()
    enrolled.go(WEEK)
    assert lessons(enrolled)[-1] == "closing"
    assert enrolled.enrollment().state is EnrollmentState.FINISHED


def test_a_nudge_that_was_written_and_is_late_is_dropped(enrolled: World) -> None:
    enrolled.go(TUESDAY)
    enrolled.clock.at = TUESDAY + 4 * DAY
    clock_loop.write_due(enrolled.runtime)
    enrolled.clock.advance(4 * HOUR)
    before = len(enrolled.letters())
    enrolled.settle()
    enrolled.go(TUESDAY + WEEK)
    assert len(enrolled.letters()) == before + 1, "the second lesson, and no old question"


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
    enrolled.press(f"{pace(enrolled)}/schedule", weekday="3", at="08:00", zone="Europe/Berlin")
    enrolled.go(WEEK)
    assert lessons(enrolled)[-1] == "closing"
    assert enrolled.enrollment().state is EnrollmentState.FINISHED


def test_another_day_for_a_lesson_that_waits_does_not_cost_a_week(enrolled: World) -> None:
    enrolled.clock.at = TUESDAY
    clock_loop.write_due(enrolled.runtime)
    enrolled.press(f"{pace(enrolled)}/schedule", weekday="3", at="08:00", zone="Europe/Berlin")
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


def test_a_zone_that_is_no_more_holds_up_nobody_else(enrolled: World) -> None:
    enrolled.enroll("grace@example.org")
    with transaction(enrolled.runtime.engine) as session:
        ada = select(Subscriber.id).where(col(Subscriber.address) == "ada@example.org")
        hers = update(Enrollment).where(col(Enrollment.subscriber_id).in_(ada))
        session.execute(hers.values(zone="Mars/Olympus"))
    enrolled.go(TUESDAY)
    assert len(enrolled.letters("grace@example.org")) == 3


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


@pytest.mark.parametrize("work", [dispatching.dispatch_due, nudging.nudge_due])
def test_however_many_wait_for_one_hour_a_batch_is_read_in_order_and_never_sorted(
    enrolled: World, work: Callable[[Session, Enqueuer, datetime], int]
) -> None:
    with transaction(enrolled.runtime.engine) as session:
        bulk_rows.enroll(session, 5_000)
    bulk_rows.analyze(enrolled.runtime.engine)
    enqueuer = Enqueuer("example.org")
    with transaction(enrolled.runtime.engine) as session:
        plans = explained(session, "enrollment", lambda: work(session, enqueuer, TUESDAY))
        session.rollback()
    assert "ix_enrollment" in plans[0]
    for sorting in ("Sort", "TEMP B-TREE", "Seq Scan on enrollment", "SCAN enrollment\n"):
        assert sorting not in plans[0], plans[0]


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
