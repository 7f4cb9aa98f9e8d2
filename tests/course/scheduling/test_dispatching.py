"""What is due gets its row, and what must not go out any more is called back."""

from collections.abc import Callable
from datetime import datetime, timedelta

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
from emails.errors import Deferred
from emails.transports.memory import MemoryTransport
from tests.course.scheduling.kit import HOUR, MINUTE, TUESDAY, WEEK, lessons
from tests.support import bulk_rows
from tests.support.query_plans import explained
from tests.support.world import World


def put_off(world: World, *, by_the_server: bool = True) -> None:
    transport = world.runtime.transports[0].transport
    assert isinstance(transport, MemoryTransport)
    transport.replies = {"ada@example.org": Deferred(451, "4.7.1 later")} if by_the_server else {}


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


def test_a_zone_that_is_no_more_holds_up_nobody_else(enrolled: World) -> None:
    enrolled.enroll("grace@example.org")
    with transaction(enrolled.runtime.engine) as session:
        ada = select(Subscriber.id).where(col(Subscriber.address) == "ada@example.org")
        hers = update(Enrollment).where(col(Enrollment.subscriber_id).in_(ada))
        session.execute(hers.values(zone="Mars/Olympus"))
    enrolled.go(TUESDAY)
    assert len(enrolled.letters("grace@example.org")) == 3


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
