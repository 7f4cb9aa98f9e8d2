"""A domain that puts us off is left alone for a while, and the others go on."""

import pytest
from sqlmodel import col, select, update

from course.db.transactions import reading, transaction
from course.models import Delivery, Throttle
from course.sending import backoff, sender, throttle
from emails.errors import Deferred, Unreachable
from emails.transports.limits import Limits
from tests.course.sending.kit import DAY, MINUTE, NOON, Make, memory, sent
from tests.support import bulk_rows
from tests.support.world import World

BUSY = Deferred(421, "4.7.0 too many letters from you, come back later")


def test_a_domain_that_says_421_is_left_alone_while_others_go_on(make: Make) -> None:
    world = make("memory:")
    memory(world).replies = {"ada@example.org": BUSY}
    assert sent(world) == 2
    assert {letter.recipient for letter in memory(world).sent} == {
        "alan@example.net",
        "mal@example.com",
    }
    memory(world).replies = {}
    world.clock.advance(4 * MINUTE)
    assert sent(world) == 2
    world.clock.advance(MINUTE)
    assert sent(world) == 4
    with reading(world.runtime.engine) as session:
        assert backoff.active(session) == {}, "a receipt ends it"


def with_many_before_all_others(make: Make, kind: str) -> World:
    """1,200 letters for Ada, who has not confirmed."""
    world = make("memory:")
    with transaction(world.runtime.engine) as session:
        bulk_rows.copy(session, 1_200, "due", try_at=world.clock.now() - MINUTE)
        session.execute(update(Delivery).values(kind=kind).where(col(Delivery.kind) == "lesson"))
    return world


def test_however_many_wait_for_a_domain_that_rests_the_others_go_on(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = with_many_before_all_others(make, "confirmation")
    with transaction(world.runtime.engine) as session:
        backoff.back_off(session, "to:example.org", "421 no", backoff.DOMAIN, world.clock.now())
    monkeypatch.setattr(sender, "FIRST_BATCH", 1)
    assert sent(world) == 2


def test_however_many_may_not_be_sent_the_others_go_on(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = with_many_before_all_others(make, "lesson")
    monkeypatch.setattr(sender, "FIRST_BATCH", 50)
    assert sent(world) == 4


def test_each_rest_is_twice_as_long_and_none_is_longer_than_an_hour(world: World) -> None:
    now, rests = NOON, []
    for _ in range(6):
        with transaction(world.runtime.engine) as session:
            backoff.back_off(session, "to:example.org", "421 no", backoff.DOMAIN, now)
            until = backoff.active(session)["to:example.org"].until
        rests.append((until - now) // MINUTE)
        now = until
    assert rests == [5, 10, 20, 40, 60, 60]


def test_a_domain_that_rests_costs_its_letters_no_attempt(make: Make) -> None:
    world = make("memory:")
    memory(world).replies = {"ada@example.org": BUSY}
    sent(world)
    with reading(world.runtime.engine) as session:
        attempts = session.exec(select(Delivery.attempts).order_by(col(Delivery.id))).all()
    assert attempts == [1, 0, 1, 1]


def test_what_has_not_been_heard_of_for_a_week_is_forgotten(world: World) -> None:
    with transaction(world.runtime.engine) as session:
        backoff.back_off(session, "to:example.org", "421 no", backoff.DOMAIN, NOON)
        allowance = throttle.Allowance(session, "memory", Limits(day=5), NOON)
        allowance.consume(3)
        allowance.save()
        backoff.prune(session, NOON + 6 * DAY)
        assert len(session.exec(select(Throttle)).all()) == 2
        backoff.prune(session, NOON + 9 * DAY)
        assert session.exec(select(Throttle)).all() == []


def test_words_of_a_rest_name_no_address(world: World) -> None:
    with transaction(world.runtime.engine) as session:
        words = str(Unreachable(None, "no more for <ada@example.org>"))
        backoff.back_off(session, "by:memory", words, backoff.TRANSPORT, NOON)
        assert "ada" not in backoff.active(session)["by:memory"].words
