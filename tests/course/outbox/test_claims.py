"""The outbox: who holds a letter, for how long, and what becomes of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select, update

from course.db.transactions import reading, transaction
from course.models import Delivery, DeliveryState, Request, RequestKind
from course.scheduling import clock_loop
from tests.support import bulk_rows
from tests.support.claims import LEASE, Claimed, claim_due, claimant, end, ids, take
from tests.support.prepared import Prepare
from tests.support.query_plans import explained
from tests.support.world import World

MINUTE = timedelta(minutes=1)


@pytest.fixture
def forty(prepare: Prepare) -> World:
    return prepare(forty_confirmations_are_due)


@pytest.fixture
def one(prepare: Prepare) -> World:
    return prepare(ada_s_confirmation_is_due)


def forty_confirmations_are_due(world: World) -> None:
    with transaction(world.runtime.engine) as session:
        now = world.clock.now()
        session.add_all(sign_up(f"reader{number}@example.org", now) for number in range(40))
    clock_loop.write_due(world.runtime)


def ada_s_confirmation_is_due(world: World) -> None:
    world.press("/courses/emotional-safety/sign-ups", address="ada@example.org")
    clock_loop.write_due(world.runtime)


def sign_up(address: str, now: datetime) -> Request:
    return Request(
        kind=RequestKind.SIGN_UP, address=address, address_key=address, course_id=1, asked_at=now
    )


def tick(world: World) -> None:
    clock_loop.write_due(world.runtime)


def only(world: World) -> Delivery:
    with reading(world.runtime.engine) as session:
        return session.exec(select(Delivery)).one()


def test_two_workers_claim_disjoint_batches(forty: World) -> None:
    with ThreadPoolExecutor(2) as workers:
        first, second = workers.map(lambda _: take(forty), range(2))
    assert (len(first.deliveries), len(second.deliveries)) == (20, 20)
    assert not ids(first) & ids(second)


def test_a_worker_does_not_wait_for_another_one_s_claim(forty: World) -> None:
    if forty.runtime.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    with transaction(forty.runtime.engine) as session:
        held = claim_due(session, forty.clock.now(), 20, claimant())
        assert not ids(held) & ids(take(forty))


def test_a_claim_is_never_larger_than_asked_for_whatever_the_plan(forty: World) -> None:
    with transaction(forty.runtime.engine) as session:
        if forty.runtime.engine.dialect.name == "postgresql":
            for way in ("hashjoin", "mergejoin", "hashagg", "sort", "material"):
                session.connection().exec_driver_sql(f"SET LOCAL enable_{way} = off")
        assert len(claim_due(session, forty.clock.now(), 7, claimant()).deliveries) == 7


def test_the_oldest_letter_is_claimed_first(forty: World) -> None:
    with transaction(forty.runtime.engine) as session:
        newest = select(col(Delivery.id)).order_by(col(Delivery.id).desc()).limit(1)
        oldest = session.scalars(newest).one()
        change(session, oldest, try_at=forty.clock.now() - MINUTE)
    assert ids(take(forty, size=1)) == {oldest}


def change(session: Session, id_: int | None, **values: object) -> None:
    session.execute(update(Delivery).where(col(Delivery.id) == id_).values(**values))


def test_a_claim_looks_each_address_up_however_many_are_suppressed(forty: World) -> None:
    with transaction(forty.runtime.engine) as session:
        bulk_rows.suppress(session, 10_000)
    bulk_rows.analyze(forty.runtime.engine)
    with transaction(forty.runtime.engine) as session:
        (plan,) = explained(session, "suppression", lambda: claim(forty, session))
        session.rollback()
    assert "suppression" in plan
    assert not [way for way in ("Seq Scan on suppression", "SCAN suppression") if way in plan], plan


def claim(world: World, session: Session) -> Claimed:
    return claim_due(session, world.clock.now(), 20, claimant())


def test_a_claimed_letter_can_not_be_claimed_again(one: World) -> None:
    assert len(take(one).deliveries) == 1
    assert take(one).deliveries == []


def test_a_claim_says_all_that_a_message_needs(one: World) -> None:
    letter = take(one).deliveries[0]
    assert (letter.address, letter.zone, letter.attempts) == ("ada@example.org", "UTC", 0)
    assert letter.message_id == only(one).message_id


def test_a_lease_that_still_holds_is_left_alone(one: World) -> None:
    take(one)
    one.clock.advance(LEASE - MINUTE)
    tick(one)
    assert only(one).state is DeliveryState.ATTEMPTING


def test_a_lease_that_ran_out_leaves_an_uncertain_letter_that_goes_out_again(one: World) -> None:
    take(one)
    before = only(one)
    one.clock.advance(LEASE + MINUTE)
    tick(one)
    assert (only(one).state, only(one).uncertainties) == (DeliveryState.UNCERTAIN, 1)
    assert take(one).deliveries == [], "not at once"
    one.clock.advance(5 * MINUTE)
    one.settle()
    assert only(one).state is DeliveryState.SENT
    assert [mail["Message-ID"].strip() for mail in one.mail()] == [before.message_id]


def test_a_worker_that_comes_back_in_time_ends_the_doubt(one: World) -> None:
    slow = take(one)
    one.clock.advance(LEASE + MINUTE)
    tick(one)
    end(one, slow, DeliveryState.SENT)
    one.clock.advance(5 * MINUTE)
    one.settle()
    assert only(one).state is DeliveryState.SENT
    assert one.mail() == [], "nobody sent it again"


def test_a_worker_that_comes_back_too_late_can_not_record(one: World) -> None:
    slow = take(one)
    one.clock.advance(LEASE + MINUTE)
    tick(one)
    one.clock.advance(5 * MINUTE)
    quick = take(one)
    end(one, slow, DeliveryState.REFUSED)
    assert only(one).state is DeliveryState.ATTEMPTING, "another one holds it now"
    end(one, quick, DeliveryState.SENT)
    assert only(one).state is DeliveryState.SENT


def test_what_the_server_left_open_is_counted_once(one: World) -> None:
    held = take(one)
    end(one, held, DeliveryState.UNCERTAIN)
    end(one, held, DeliveryState.UNCERTAIN)
    assert (only(one).state, only(one).uncertainties) == (DeliveryState.UNCERTAIN, 1)


WORDS = [
    'say "ah"',
    "back\\slash \\",
    "{1,2}",
    "NULL",
    "",
    "a, b",
    "'; --",
    "schön 🌿",
    "\tone\ntwo",
]


@pytest.mark.parametrize("words", WORDS)
def test_the_words_of_a_server_are_kept_as_they_are(one: World, words: str) -> None:
    end(one, take(one), DeliveryState.REFUSED, words=words)
    assert only(one).words == words


def test_what_was_never_begun_is_as_if_untouched(one: World) -> None:
    end(one, take(one), DeliveryState.DUE, one.clock.now())
    assert (only(one).state, only(one).attempts, only(one).words) == (DeliveryState.DUE, 0, "")
    assert len(take(one).deliveries) == 1


def test_an_erased_letter_leaves_nothing_to_record(one: World) -> None:
    held = take(one)
    with transaction(one.runtime.engine) as session:
        session.delete(session.exec(select(Delivery)).one())
    one.press("/courses/emotional-safety/sign-ups", address="grace@example.org")
    tick(one)
    end(one, held, DeliveryState.SENT)
    assert (only(one).state, only(one).id) == (DeliveryState.DUE, 2), "Grace's is another row"
