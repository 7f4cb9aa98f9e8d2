"""What a person waits for overtakes lessons, as lessons overtake newsletters."""

import time
from datetime import timedelta
from pathlib import Path

import pytest

from course.db.transactions import transaction
from course.models import DeliveryKind
from course.models.delivery import QUEUES
from course.outbox import deliveries
from course.scheduling import clock_loop
from course.sending import delivering
from emails.transports.memory import MemoryTransport
from tests.support import bulk_rows, worlds
from tests.support.claims import take
from tests.support.world import World

INSTANT = timedelta(milliseconds=1)


def lessons_due(world: World, number: int) -> None:
    """So many readers wait for lesson one, since a minute ago."""
    world.enroll("grace@example.org")
    with transaction(world.runtime.engine) as session:
        bulk_rows.enroll(session, number - 1)
    at = world.enrollment("grace@example.org").next_send_at
    assert at is not None
    world.clock.at = at
    clock_loop.write_due(world.runtime)
    world.clock.advance(timedelta(minutes=1))


def memory(world: World) -> MemoryTransport:
    transport = world.runtime.transports[0].transport
    assert isinstance(transport, MemoryTransport)
    return transport


def asks(world: World, name: str = "ada") -> None:
    world.press("/courses/emotional-safety/sign-ups", address=f"{name}@example.org")
    clock_loop.write_due(world.runtime)


@pytest.mark.parametrize("kind", DeliveryKind)
def test_every_kind_stands_in_one_queue(kind: DeliveryKind) -> None:
    asked, paced, many_ = map(str, QUEUES)
    is_last = kind is DeliveryKind.BROADCAST
    assert (f"'{kind}'" in asked) is (kind not in deliveries.PACED and not is_last)
    assert (f"'{kind}'" in many_) is is_last
    assert "NOT IN" in paced


def test_a_confirmation_is_taken_up_before_thousands_of_lessons(world: World) -> None:
    lessons_due(world, 3_000)
    asks(world)
    kinds = [letter.kind for letter in take(world, 5).deliveries]
    assert kinds == [DeliveryKind.CONFIRMATION, *[DeliveryKind.LESSON] * 4]


def test_a_journal_s_key_overtakes_lessons_too(world: World) -> None:
    lessons_due(world, 50)
    world.press("/journal/link", address="grace@example.org")
    clock_loop.write_due(world.runtime)
    assert take(world, 1).deliveries[0].kind is DeliveryKind.JOURNAL


def test_a_limited_rate_is_for_those_who_wait_first(database_url: str, tmp_path: Path) -> None:
    world = worlds.make(database_url, tmp_path, mail_url="memory:?rate=50")
    lessons_due(world, 1_000)
    for moment in range(6):
        world.clock.advance(timedelta(milliseconds=250))
        if moment == 4:
            asks(world)
            before = len(world.mail())
        delivering.deliver_due(world.runtime, INSTANT)
    assert world.mail()[before]["To"] == "ada@example.org"


def test_a_batch_that_takes_its_time_is_overtaken(world: World) -> None:
    lessons_due(world, 50)
    sent = memory(world).sent
    before = len(sent)

    def slowly() -> None:
        if len(sent) == before + 1:
            asks(world)
        if len(sent) < before + 40:
            time.sleep(0.06)

    delivering.deliver_due(world.runtime, after_each=slowly)
    to = [outgoing.recipient for outgoing in sent[before:]]
    assert len(to) == 51
    assert to.index("ada@example.org") < 45
