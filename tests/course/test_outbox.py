"""The outbox: who holds a letter, for how long, and what becomes of it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select, update

from course import outbox, ticking
from course.answering import ask
from course.db import reading, transaction
from course.models import Delivery, DeliveryState, Request, RequestKind
from course.outbox import LEASE, Claimed, Outcome
from tests.world import World

MINUTE = timedelta(minutes=1)


@pytest.fixture
def forty(world: World) -> World:
    """Forty confirmations are due."""
    with transaction(world.runtime.engine) as session:
        for number in range(40):
            ask(session, sign_up(f"reader{number}@example.org", world.clock.now()))
    ticking.write_due(world.runtime)
    return world


@pytest.fixture
def one(world: World) -> World:
    """Ada's confirmation is due."""
    world.press("/courses/emotional-safety/sign-ups", address="ada@example.org")
    ticking.write_due(world.runtime)
    return world


def sign_up(address: str, now: datetime) -> Request:
    return Request(kind=RequestKind.SIGN_UP, address=address, course_id=1, asked_at=now)


def claim(world: World, size: int = 20) -> list[Claimed]:
    with transaction(world.runtime.engine) as session:
        return outbox.claim(session, world.clock.now(), size)


def attempt(world: World, claimed: list[Claimed]) -> set[int]:
    with transaction(world.runtime.engine) as session:
        return outbox.attempt(session, claimed, world.clock.now())


def record(world: World, row: Claimed, state: DeliveryState) -> None:
    with transaction(world.runtime.engine) as session:
        outcome = Outcome(row.id, row.fence, state, "250 taken", world.clock.now())
        outbox.record(session, [outcome])


def tick(world: World) -> None:
    ticking.write_due(world.runtime)


def only(world: World) -> Delivery:
    with reading(world.runtime.engine) as session:
        return session.exec(select(Delivery)).one()


def ids(claimed: list[Claimed]) -> set[int]:
    return {row.id for row in claimed}


def test_two_workers_claim_disjoint_batches(forty: World) -> None:
    with ThreadPoolExecutor(2) as workers:
        first, second = workers.map(lambda _: claim(forty), range(2))
    assert (len(first), len(second)) == (20, 20)
    assert not ids(first) & ids(second)


def test_a_worker_does_not_wait_for_another_one_s_claim(forty: World) -> None:
    if forty.runtime.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    with transaction(forty.runtime.engine) as session:
        held = outbox.claim(session, forty.clock.now(), 20)
        assert not ids(held) & ids(claim(forty))


def test_a_claim_is_never_larger_than_asked_for_whatever_the_plan(forty: World) -> None:
    with transaction(forty.runtime.engine) as session:
        if forty.runtime.engine.dialect.name == "postgresql":
            for way in ("hashjoin", "mergejoin", "hashagg", "sort", "material"):
                session.connection().exec_driver_sql(f"SET LOCAL enable_{way} = off")
        assert len(outbox.claim(session, forty.clock.now(), 7)) == 7


def test_the_oldest_letter_is_claimed_first(forty: World) -> None:
    with transaction(forty.runtime.engine) as session:
        newest = select(col(Delivery.id)).order_by(col(Delivery.id).desc()).limit(1)
        oldest = session.scalars(newest).one()
        change(session, oldest, due_at=forty.clock.now() - MINUTE)
    assert ids(claim(forty, size=1)) == {oldest}


def change(session: Session, id_: int | None, **values: object) -> None:
    session.execute(update(Delivery).where(col(Delivery.id) == id_).values(**values))


def test_a_claimed_letter_can_not_be_claimed_again(one: World) -> None:
    assert len(claim(one)) == 1
    assert claim(one) == []


def test_a_lease_that_ran_out_before_the_attempt_brings_the_letter_back(one: World) -> None:
    claim(one)
    one.clock.advance(LEASE + MINUTE)
    tick(one)
    assert only(one).state is DeliveryState.DUE
    assert len(claim(one)) == 1


def test_a_lease_that_still_holds_is_left_alone(one: World) -> None:
    claim(one)
    one.clock.advance(LEASE - MINUTE)
    tick(one)
    assert only(one).state is DeliveryState.CLAIMED


def test_a_fenced_worker_can_not_send(one: World) -> None:
    slow = claim(one)
    one.clock.advance(LEASE + MINUTE)
    tick(one)
    assert attempt(one, slow) == set(), "its lease is over"
    quick = claim(one)
    assert attempt(one, slow) == set(), "and now another one holds it"
    assert attempt(one, quick) == ids(quick)


def test_a_fenced_worker_can_not_record(one: World) -> None:
    slow = claim(one)
    attempt(one, slow)
    one.clock.advance(LEASE + MINUTE)
    tick(one)
    one.clock.advance(5 * MINUTE)
    quick = claim(one)
    attempt(one, quick)
    record(one, slow[0], DeliveryState.REFUSED)
    assert only(one).state is DeliveryState.ATTEMPTING
    record(one, quick[0], DeliveryState.SENT)
    assert only(one).state is DeliveryState.SENT


def test_a_worker_that_died_while_sending_leaves_an_uncertain_letter_that_goes_out_again(
    one: World,
) -> None:
    attempt(one, claim(one))
    before = only(one)
    one.clock.advance(LEASE + MINUTE)
    tick(one)
    assert only(one).uncertainties == 1
    assert claim(one) == [], "not at once"
    one.clock.advance(5 * MINUTE)
    one.settle()
    assert only(one).state is DeliveryState.SENT
    assert [mail["Message-ID"].strip() for mail in one.mail()] == [before.message_id]


def test_what_the_server_left_open_is_counted(one: World) -> None:
    held = claim(one)
    attempt(one, held)
    record(one, held[0], DeliveryState.UNCERTAIN)
    assert (only(one).state, only(one).uncertainties) == (DeliveryState.UNCERTAIN, 1)


def test_what_was_given_back_is_as_if_untouched(one: World) -> None:
    held = claim(one)
    attempt(one, held)
    with transaction(one.runtime.engine) as session:
        outbox.give_back(session, held)
    assert (only(one).state, only(one).attempts) == (DeliveryState.DUE, 0)
    assert len(claim(one)) == 1


WAYS: list[Callable[[World], object]] = [claim, lambda world: attempt(world, claim(world))]


@pytest.mark.parametrize("hold", WAYS, ids=["claimed", "attempting"])
def test_an_erased_letter_leaves_nothing_to_record(
    one: World, hold: Callable[[World], object]
) -> None:
    hold(one)
    with transaction(one.runtime.engine) as session:
        session.delete(session.exec(select(Delivery)).one())
    one.press("/courses/emotional-safety/sign-ups", address="grace@example.org")
    tick(one)
    assert only(one).fence == 0, "Grace's letter is another row"
    record(one, Claimed(1, 1, 0), DeliveryState.SENT)
    assert attempt(one, [Claimed(1, 1, 0)]) == set()
    assert (only(one).state, only(one).id) == (DeliveryState.DUE, 2)
