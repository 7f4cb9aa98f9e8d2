"""The clerk: what it writes down while the sender goes on, and what it must not lose."""

import threading
from collections import deque
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlmodel import select

from course.db.sessions import reading, transaction
from course.letters import personalising
from course.models import Claim, Delivery, DeliveryState
from course.outbox.deliveries import Outcome
from course.scheduling import tick
from course.sending import backoff, recovering, throttle
from course.sending.sender import Desk
from emails.errors import Deferred
from emails.transports.limits import Limits
from emails.transports.transport import Receipt
from tests.support.world import World

TAKEN = Receipt("250 ok")


@pytest.fixture
def two(world: World) -> World:
    """Two confirmations are due."""
    ask(world, "ada@example.org", "grace@example.org")
    return world


def ask(world: World, *addresses: str) -> None:
    for address in addresses:
        world.press("/courses/emotional-safety/sign-ups", address=address)
    tick.write_due(world.runtime)


def sit_down(world: World) -> Desk:
    """With one hand, on PostgreSQL too: the clerk works when the test says so."""
    desk = Desk(world.runtime, world.runtime.now() + timedelta(minutes=5))
    desk._thread = None
    desk.next_transport()
    return desk


def take_up(desk: Desk, letters: int) -> list[int]:
    """Their numbers; each is under way."""
    ids = [made.id for made in islice(desk.letters(), letters)]
    assert all(desk.permit(id_) for id_ in ids)
    return ids


def deliveries(world: World) -> list[Delivery]:
    with reading(world.runtime.engine) as session:
        return list(session.exec(select(Delivery)))


class SentMeanwhile(deque[Outcome]):
    """While it is read, the sender's thread hears of another letter, once."""

    def __init__(self, fates: deque[Outcome], desk: Desk, id_: int) -> None:
        super().__init__(fates)
        self._desk, self._id = desk, id_

    def __iter__(self) -> Iterator[Outcome]:
        before = [self[index] for index in range(len(self))]
        if self._id in self._desk._clerk.batches:
            self._desk.note(self._id, TAKEN)
        return iter(before)


def test_a_letter_that_ends_while_the_clerk_looks_is_not_lost_with_its_worker(two: World) -> None:
    desk = sit_down(two)
    first, last = take_up(desk, 2)
    desk.note(first, TAKEN)
    desk._clerk.fates = SentMeanwhile(desk._clerk.fates, desk, last)
    desk._clerk.turn(0)
    with reading(two.runtime.engine) as session:
        in_hand = [row.state is DeliveryState.ATTEMPTING for row in deliveries(two)]
        assert any(in_hand) == bool(session.exec(select(Claim)).all())
    for batch in desk._clerk.finished:  # the worker dies, and leaves what it noted
        batch.logbook.leave()
    two.clock.at += timedelta(hours=1)
    recovering.recover(two.runtime)
    assert {row.state for row in deliveries(two)} == {DeliveryState.SENT}


def test_a_batch_in_hand_keeps_its_letters_however_many_letters_come_by(
    two: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(personalising, "CACHE_SIZE", 0)
    desk = sit_down(two)
    coming = desk.letters()
    next(coming)
    with reading(two.runtime.engine) as session:
        desk._builder.prepare(session, [])
    assert len([*coming]) == 1


def test_who_said_421_is_left_alone_though_the_fates_could_not_be_written(
    two: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(personalising, "CACHE_SIZE", 0)
    desk = sit_down(two)
    (first, _) = take_up(desk, 2)
    desk.note(first, Deferred(421, "4.7.0 not now"))
    ask(two, "emmy@example.net")
    two._rename("letter", "mislaid")
    with pytest.raises(SQLAlchemyError):
        desk._clerk.turn(1)  # it is rolled back over the next letter
    two._rename("mislaid", "letter")
    desk._clerk.turn(0)
    with reading(two.runtime.engine) as session:
        assert [*backoff.rests(session)] == ["to:example.org"]


def test_two_workers_with_limits_do_not_wait_for_each_other(
    two: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of them was told 421; the other one counts letters to the same domain."""
    if two.runtime.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    limits, now = Limits(rate=100.0, domain_rate=2.0), two.runtime.now()
    desk = sit_down(two)
    monkeypatch.setattr(desk._choice.current, "limits", limits)
    (first, _) = take_up(desk, 2)
    desk.note(first, Deferred(421, "4.7.0 not now"))
    name = desk._choice.current.name
    with transaction(two.runtime.engine) as session:  # both rows are there already
        throttle.budget(session, name, limits, 50, now)
        throttle.turns(session, 2.0, ["to:example.org"], now)
    holds, trouble = threading.Event(), []

    def other() -> None:
        with transaction(two.runtime.engine) as session:
            throttle.budget(session, name, limits, 50, now)
            holds.set()
            session.execute(text("SELECT pg_sleep(0.3)"))
            throttle.turns(session, 2.0, ["to:example.org"], now)

    def watched() -> None:
        try:
            other()
        except OperationalError as error:
            trouble.append(error)

    thread = threading.Thread(target=watched)
    thread.start()
    assert holds.wait(10)
    desk._clerk.turn(50)
    thread.join()
    assert trouble == []
