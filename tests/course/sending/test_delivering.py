"""A batch on its way: what it leaves time for, and what breaks it off."""

import re
from collections.abc import Iterable
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from course.db.transactions import transaction
from course.models import Delivery, DeliveryState, Enrollment, EnrollmentState
from course.outbox import deliveries as outbox
from course.scheduling import clock_loop
from course.sending import delivering
from emails.errors import Refused
from emails.transports.memory import MemoryTransport
from emails.transports.transport import MaySend, Outgoing, Results, always
from tests.course.sending.kit import GRACE, MALLORY, deliveries, replies, states, suppressed
from tests.support.world import World


@pytest.mark.parametrize("gone", [False, True], ids=["still there", "and left meanwhile"])
def test_a_letter_that_can_not_be_printed_holds_up_no_other(three: World, gone: bool) -> None:
    with transaction(three.runtime.engine) as session:
        session.execute(update(Delivery).where(col(Delivery.id) == 2).values(kind="sampler"))
        for enrollment in session.exec(select(Enrollment)):
            enrollment.state, enrollment.zone = EnrollmentState.ACTIVE, "Mars/Olympus"
            enrollment.next_send_at = three.clock.now() + timedelta(days=4)
        if gone:
            outbox.suppress(session, [2], three.clock.now())
    three.settle()
    assert states(three) == ["sent", "withdrawn" if gone else "failed", "sent"]


class Slow(MemoryTransport):
    """Takes four minutes over each letter."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world

    def deliver(self, batch: Iterable[Outgoing], may_send: MaySend = always) -> Results:
        for answer in super().deliver(batch, may_send):
            self.world.clock.advance(timedelta(minutes=4))
            yield answer


def test_what_a_slow_server_leaves_no_time_for_is_not_begun(three: World) -> None:
    three.runtime.transports[0].transport = Slow(three)
    delivering.deliver_due(three.runtime)
    assert states(three) == ["sent", "sent", "due"], "a third would outlive the lease"
    assert deliveries(three)[2].attempts == 0
    three.settle()
    assert len(three.letters(MALLORY)) == 1


def test_a_shift_ends_and_the_next_one_goes_on(world: World) -> None:
    world.runtime.transports[0].transport = Slow(world)
    for number in range(7):
        world.press("/courses/emotional-safety/sign-ups", address=f"reader{number}@example.org")
    clock_loop.write_due(world.runtime)
    shifts = [delivering.deliver_due(world.runtime)[DeliveryState.SENT] for _ in range(5)]
    assert shifts == [2, 2, 2, 1, 0]


def test_told_to_stop_it_begins_no_further_letter(three: World) -> None:
    class Stopping(MemoryTransport):
        def deliver(self, batch: Iterable[Outgoing], may_send: MaySend = always) -> Results:
            for answer in super().deliver(batch, may_send):
                three.runtime.stopping.set()
                yield answer

    three.runtime.transports[0].transport = Stopping()
    assert delivering.deliver_due(three.runtime)[DeliveryState.SENT] == 1
    assert states(three) == ["sent", "due", "due"]


class Broken(MemoryTransport):
    """Takes Ada's letter, and breaks off in the middle of Grace's."""

    def deliver(self, batch: Iterable[Outgoing], may_send: MaySend = always) -> Results:
        for outgoing in batch:
            if outgoing.recipient == GRACE:
                may_send(outgoing.id)
                raise SystemExit
            yield from super().deliver([outgoing], may_send)


def test_broken_off_in_the_middle_only_the_letter_in_hand_is_uncertain(three: World) -> None:
    three.runtime.transports[0].transport = Broken()
    with pytest.raises(SystemExit):
        delivering.deliver_due(three.runtime)
    assert states(three) == ["sent", "uncertain", "due"]
    assert [delivery.uncertainties for delivery in deliveries(three)] == [0, 1, 0]


def test_no_transaction_is_open_while_the_server_is_spoken_to(three: World) -> None:
    class Writing(MemoryTransport):
        def deliver(self, batch: Iterable[Outgoing], may_send: MaySend = always) -> Results:
            for answer in super().deliver(batch, may_send):
                with transaction(three.runtime.engine) as session:
                    outbox.suppress(session, [answer[0]], three.clock.now())
                yield answer

    three.runtime.transports[0].transport = Writing()
    assert delivering.deliver_due(three.runtime)[DeliveryState.SENT] == 3
    assert len(suppressed(three)) == 3


def test_logs_carry_ids_and_no_addresses(three: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    replies(three)[GRACE] = Refused(550, f"5.1.1 <{GRACE}> unknown")
    three.settle()
    assert "delivery 2: refused" in caplog.text
    assert not re.search(r"@example\.org", caplog.text)
