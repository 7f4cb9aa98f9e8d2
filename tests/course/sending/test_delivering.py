"""A batch on its way: what the server says, and what breaks it off."""

import re
from collections.abc import Iterable
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from course.db.transactions import reading, transaction
from course.models import Delivery, DeliveryKind, DeliveryState, Enrollment, Subscriber, Suppression
from course.outbox import deliveries as outbox
from course.outbox.retry_policy import RETRY_DELAYS, tries
from course.scheduling import clock_loop
from course.sending import delivering
from course.subscribers import erasing
from emails.errors import Deferred, Refused, TransportError, Uncertain, Unreachable
from emails.transports.memory import MemoryTransport
from emails.transports.transport import MaySend, Outgoing, Results, always
from tests.support.claims import ids, take
from tests.support.prepared import Prepare
from tests.support.world import World

ADA, GRACE, MALLORY = "ada@example.org", "grace@example.org", "mallory@example.org"
NOBODY = Refused(550, "5.1.1 no such user")
FULL = Deferred(452, "4.2.2 the mailbox is full")


@pytest.fixture
def three(prepare: Prepare) -> World:
    return prepare(confirmations_are_due)


def confirmations_are_due(world: World) -> None:
    """Ada's, Grace's and Mallory's."""
    for address in (ADA, GRACE, MALLORY):
        world.press("/courses/emotional-safety/sign-ups", address=address)
    clock_loop.write_due(world.runtime)


def replies(world: World) -> dict[str, TransportError]:
    assert isinstance(world.runtime.transports[0].transport, MemoryTransport)
    return world.runtime.transports[0].transport.replies


def states(world: World) -> list[str]:
    return [delivery.state.value for delivery in deliveries(world)]


def deliveries(world: World) -> list[Delivery]:
    with reading(world.runtime.engine) as session:
        return list(session.exec(select(Delivery).order_by(col(Delivery.id))))


def suppressed(world: World) -> list[str]:
    with reading(world.runtime.engine) as session:
        return list(session.exec(select(Suppression.address_key)))


def test_an_address_where_nobody_lives_is_not_written_to_again(three: World) -> None:
    replies(three)[GRACE] = NOBODY
    three.settle()
    assert states(three) == ["sent", "refused", "sent"]
    assert suppressed(three) == [GRACE]
    replies(three).clear()
    three.clock.advance(timedelta(days=1))
    three.sign_up(GRACE)
    assert three.letters(GRACE) == []
    assert states(three)[-1] == "withdrawn"


def test_a_letter_the_server_dislikes_suppresses_nobody(three: World) -> None:
    replies(three)[GRACE] = Refused(554, "5.7.1 looks like spam")
    three.settle()
    assert states(three) == ["sent", "refused", "sent"]
    assert suppressed(three) == []


def test_two_workers_may_be_told_of_the_same_address(three: World) -> None:
    for _ in range(2):
        with transaction(three.runtime.engine) as session:
            outbox.suppress(session, [1, 1], three.clock.now())
    assert suppressed(three) == [ADA]


def test_a_deferred_letter_rests_longer_each_time_and_fails_in_the_end(three: World) -> None:
    replies(three)[GRACE] = FULL
    rests = []
    while (letter := deliveries(three)[1]).state is not DeliveryState.FAILED:
        three.settle()
        again = deliveries(three)[1].try_at or three.clock.now()
        rests.append(again - three.clock.now())
        three.clock.advance(rests[-1])
    most = tries(DeliveryKind.CONFIRMATION)
    assert tuple(rests) == (*RETRY_DELAYS[:most], timedelta(0))
    assert letter.words == "452 4.2.2 the mailbox is full"
    assert letter.attempts == most + 1


def test_what_somebody_waits_for_at_this_moment_is_given_up_sooner() -> None:
    assert tries(DeliveryKind.JOURNAL) < tries(DeliveryKind.CONFIRMATION)
    assert tries(DeliveryKind.CONFIRMATION) < tries(DeliveryKind.LESSON) == len(RETRY_DELAYS)


def test_a_deferred_letter_arrives_once_the_server_takes_it(three: World) -> None:
    replies(three)[GRACE] = FULL
    three.settle()
    replies(three).clear()
    three.go(RETRY_DELAYS[0])
    assert states(three) == ["sent"] * 3
    assert len(three.letters(GRACE)) == 1


def test_a_mail_server_that_is_away_is_not_held_against_a_letter(three: World) -> None:
    replies(three)[GRACE] = Unreachable(None, "no connection to mail.example.org:25")
    for _ in range(20):
        three.settle()
        three.clock.advance(timedelta(minutes=1))
    assert (deliveries(three)[1].state, deliveries(three)[1].attempts) == (DeliveryState.DUE, 0)
    replies(three).clear()
    three.settle()
    assert states(three) == ["sent"] * 3


def test_an_uncertain_letter_goes_out_again_under_its_message_id(three: World) -> None:
    replies(three)[GRACE] = Uncertain(None, "the answer was lost")
    three.settle()
    replies(three).clear()
    clock_loop.write_due(three.runtime)
    three.go(RETRY_DELAYS[0])
    first, second = three.letters(GRACE)
    assert first["Message-ID"] == second["Message-ID"]
    assert deliveries(three)[1].uncertainties == 1


def test_a_letter_that_stays_uncertain_is_kept_for_a_person_to_look_at(three: World) -> None:
    replies(three)[GRACE] = Uncertain(None, "the answer was lost")
    three.go(timedelta(days=2))
    for _ in range(20):
        three.go(timedelta(hours=1))
    assert states(three)[1] == "uncertain"
    assert deliveries(three)[1].uncertainties == tries(DeliveryKind.CONFIRMATION)


def test_who_left_a_moment_ago_gets_nothing(world: World) -> None:
    world.enroll()
    world.clock.at = world.enrollment().next_send_at or world.clock.at
    clock_loop.write_due(world.runtime)
    with transaction(world.runtime.engine) as session:
        session.execute(update(Subscriber).values(state="left"))
    assert take(world).deliveries == []
    assert states(world)[-1] == "withdrawn"


def test_who_was_suppressed_a_moment_ago_gets_nothing(three: World) -> None:
    with transaction(three.runtime.engine) as session:
        outbox.suppress(session, [2], three.clock.now())
    assert ids(take(three)) == {1, 3}
    assert states(three) == ["attempting", "withdrawn", "attempting"]


def test_who_was_erased_a_moment_ago_gets_nothing(three: World) -> None:
    with transaction(three.runtime.engine) as session:
        who = session.exec(select(Subscriber).where(Subscriber.address == GRACE)).one()
        erasing.erase(session, who)
    assert ids(take(three)) == {1, 3}


def test_an_address_that_is_erased_while_its_letter_is_on_the_way_leaves_no_trace(
    three: World,
) -> None:
    class Erasing(MemoryTransport):
        def deliver(self, batch: Iterable[Outgoing], may_send: MaySend = always) -> Results:
            for answer in super().deliver(batch, may_send):
                with transaction(three.runtime.engine) as session:
                    who = session.exec(select(Subscriber).where(Subscriber.address == GRACE))
                    if (grace := who.one_or_none()) is not None:
                        erasing.erase(session, grace)
                yield answer

    three.runtime.transports[0].transport = Erasing()
    delivering.deliver_due(three.runtime)
    assert states(three) == ["sent", "sent"]


def test_an_erased_reader_s_links_open_nobody_else_s_door(world: World) -> None:
    world.sign_up(MALLORY)
    link = world.link("/confirm/", world.letters(MALLORY)[0])
    with transaction(world.runtime.engine) as session:
        erasing.erase(session, session.exec(select(Subscriber)).one())
    world.sign_up(ADA)
    assert world.press(link).status_code == 410
    assert world.enrollment(ADA).state.value == "pending"


@pytest.mark.parametrize("gone", [False, True], ids=["still there", "and left meanwhile"])
def test_a_letter_that_can_not_be_printed_holds_up_no_other(three: World, gone: bool) -> None:
    with transaction(three.runtime.engine) as session:
        session.execute(update(Delivery).where(col(Delivery.id) == 2).values(kind="sampler"))
        session.execute(update(Subscriber).values(state="confirmed"))
        for enrollment in session.exec(select(Enrollment)):
            enrollment.zone = "Mars/Olympus"
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
