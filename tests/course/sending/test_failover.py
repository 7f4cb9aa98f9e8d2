"""Where one transport fails or is full the next one takes over."""

from sqlmodel import select

from course.db.transactions import reading
from course.models import Delivery
from course.operations import throughput
from course.scheduling import clock_loop
from course.sending import backoff
from tests.course.sending.kit import MINUTE, Make, memory, sent
from tests.support import servers


def test_the_next_transport_takes_over_and_the_ledger_says_which(make: Make) -> None:
    world = make(f"smtp://127.0.0.1:{servers.free_port()}?starttls=never memory:")
    assert sent(world) == 4
    with reading(world.runtime.engine) as session:
        carried = throughput.transport_counts(session, world.clock.now())
    assert [(one.transport, one.sent) for one in carried] == [("memory", 4)]


def test_the_usual_transport_is_tried_again_when_its_rest_is_over(make: Make) -> None:
    port = servers.free_port()
    world = make(f"smtp://127.0.0.1:{port}?starttls=never memory:")
    sent(world)
    world.press("/courses/emotional-safety/sign-ups", address="eve@example.org")
    clock_loop.write_due(world.runtime)
    with servers.smtp(port) as (_, room):
        world.clock.advance(MINUTE)
        assert sent(world) == 5
    assert (len(room.messages), len(memory(world).sent)) == (1, 4)
    with reading(world.runtime.engine) as session:
        assert backoff.active(session) == {}


def test_a_full_day_is_handed_on_to_the_next_transport(make: Make) -> None:
    with servers.smtp() as (url, room):
        world = make(f"{url}?starttls=never&day=1 memory:")
        assert sent(world) == 4
    assert (len(room.messages), len(memory(world).sent)) == (1, 3)


def test_where_every_transport_rests_the_letters_wait_untouched(make: Make) -> None:
    world = make(f"smtp://127.0.0.1:{servers.free_port()}?starttls=never")
    assert sent(world) == 0
    with reading(world.runtime.engine) as session:
        assert set(session.exec(select(Delivery.attempts))) == {0}
        (rest,) = backoff.active(session).values()
    assert (rest.scope, rest.until) == ("by:127.0.0.1", world.clock.now() + MINUTE / 2)
