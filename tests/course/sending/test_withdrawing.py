"""Who left, was suppressed or was erased a moment ago gets nothing."""

from collections.abc import Iterable

from sqlalchemy import update
from sqlmodel import select

from course.db.transactions import transaction
from course.models import Enrollment, Subscriber
from course.outbox import deliveries as outbox
from course.scheduling import clock_loop
from course.sending import delivering
from course.subscribers import erasing
from emails.transports.memory import MemoryTransport
from emails.transports.transport import MaySend, Outgoing, Results, always
from tests.course.sending.kit import ADA, GRACE, MALLORY, states
from tests.support.claims import ids, take
from tests.support.world import World


def test_who_left_a_moment_ago_gets_nothing(world: World) -> None:
    world.enroll()
    world.clock.at = world.enrollment().next_send_at or world.clock.at
    clock_loop.write_due(world.runtime)
    with transaction(world.runtime.engine) as session:
        session.execute(update(Enrollment).values(state="left"))
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
