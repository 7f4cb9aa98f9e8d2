"""The claimer: what it records while the sender goes on, and what it must not lose."""

import threading
from collections import deque
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlmodel import select

from course.db.transactions import reading, transaction
from course.letters import personalising
from course.models import Claim, Delivery, DeliveryState
from course.outbox.deliveries import Outcome
from course.scheduling import clock_loop
from course.sending import backoff, recovering, throttle
from course.sending.sender import Sender
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
    clock_loop.write_due(world.runtime)


def sit_down(world: World) -> Sender:
    """In one thread, on PostgreSQL too: the claimer works when the test says so."""
    sender = Sender(world.runtime, world.runtime.now() + timedelta(minutes=5))
    sender._thread = None
    sender.next_transport()
    return sender


def take_up(sender: Sender, letters: int) -> list[int]:
    """Their numbers; each is under way."""
    ids = [made.id for made in islice(sender.messages(), letters)]
    assert all(sender.may_send(id_) for id_ in ids)
    return ids


def deliveries(world: World) -> list[Delivery]:
    with reading(world.runtime.engine) as session:
        return list(session.exec(select(Delivery)))


class SentMeanwhile(deque[Outcome]):
    """While it is read, the sender's thread hears of another letter, once."""

    def __init__(self, results: deque[Outcome], sender: Sender, id_: int) -> None:
        super().__init__(results)
        self.thread = threading.Thread(target=sender.record_result, args=(id_, TAKEN))

    def __iter__(self) -> Iterator[Outcome]:
        before = [self[index] for index in range(len(self))]
        if self.thread.ident is None:
            self.thread.start()
            self.thread.join(0.1)  # unless it has to wait until all has been read
        return iter(before)


def test_a_letter_that_ends_while_the_claimer_looks_is_not_lost_with_its_worker(two: World) -> None:
    sender = sit_down(two)
    first, last = take_up(sender, 2)
    sender.record_result(first, TAKEN)
    results = SentMeanwhile(sender._in_flight._results, sender, last)
    sender._in_flight._results = results
    sender._claimer.record_and_claim(0)
    results.thread.join()
    with reading(two.runtime.engine) as session:
        in_hand = [row.state is DeliveryState.ATTEMPTING for row in deliveries(two)]
        assert any(in_hand) == bool(session.exec(select(Claim)).all())
    sender._in_flight.release()  # the worker dies, and leaves what it noted
    two.clock.at += timedelta(hours=1)
    recovering.recover(two.runtime)
    assert {row.state for row in deliveries(two)} == {DeliveryState.SENT}


def test_a_batch_in_hand_keeps_its_letters_however_many_letters_come_by(
    two: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(personalising, "CACHE_SIZE", 0)
    sender = sit_down(two)
    coming = sender.messages()
    next(coming)
    with reading(two.runtime.engine) as session:
        sender._builder.prepare(session, [])
    assert len([*coming]) == 1


def test_who_said_421_is_left_alone_though_the_results_could_not_be_written(
    two: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(personalising, "CACHE_SIZE", 0)
    sender = sit_down(two)
    (first, _) = take_up(sender, 2)
    sender.record_result(first, Deferred(421, "4.7.0 not now"))
    ask(two, "emmy@example.net")
    two._rename("letter", "mislaid")
    with pytest.raises(SQLAlchemyError):
        sender._claimer.record_and_claim(1)  # it is rolled back over the next letter
    two._rename("mislaid", "letter")
    sender._claimer.record_and_claim(0)
    with reading(two.runtime.engine) as session:
        assert [*backoff.active(session)] == ["to:example.org"]


def test_two_workers_with_limits_do_not_wait_for_each_other(
    two: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of them was told 421; the other one counts letters to the same domain."""
    if two.runtime.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    limits, now = Limits(rate=100.0, domain_rate=2.0), two.runtime.now()
    sender = sit_down(two)
    monkeypatch.setattr(sender._failover.current, "limits", limits)
    (first, _) = take_up(sender, 2)
    sender.record_result(first, Deferred(421, "4.7.0 not now"))
    name = sender._failover.current.name
    with transaction(two.runtime.engine) as session:  # both rows are there already
        throttle.Allowance(session, name, limits, now).grant(50)
        throttle.domain_slots(session, 2.0, ["to:example.org"], now)
    holds, trouble = threading.Event(), []

    def other() -> None:
        with transaction(two.runtime.engine) as session:
            throttle.Allowance(session, name, limits, now).grant(50)
            holds.set()
            session.execute(text("SELECT pg_sleep(0.3)"))
            throttle.domain_slots(session, 2.0, ["to:example.org"], now)

    def watched() -> None:
        try:
            other()
        except OperationalError as error:
            trouble.append(error)

    thread = threading.Thread(target=watched)
    thread.start()
    assert holds.wait(60)
    sender._claimer.record_and_claim(50)
    thread.join()
    assert trouble == []
