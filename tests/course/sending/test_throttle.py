"""How much leaves: a day's allowance, a warm-up, and rates of ours and of each domain."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event
from sqlmodel import select, update

from course.db.transactions import reading, transaction
from course.models import Delivery
from course.runtime.clock import SystemClock
from course.sending import throttle
from emails.errors import Deferred
from emails.transports.limits import Limits
from tests.course.sending.kit import DAY, NOON, Make, memory, sent, went_out
from tests.support import amounts

# For which two workers ask forty times each.
SECONDS = amounts.of(5, 3)


def test_a_day_takes_as_many_as_it_may_and_the_next_day_the_rest(make: Make) -> None:
    world = make("memory:?day=3")
    assert [sent(world), sent(world)] == [3, 3]
    world.clock.at = NOON + DAY
    assert sent(world) == 4


def test_a_letter_that_the_server_did_not_take_does_not_count(make: Make) -> None:
    world = make("memory:?day=3")
    memory(world).replies = {"ada@example.org": Deferred(451, "4.2.1 not now")}
    assert sent(world) == 3


def test_a_new_server_warms_up_day_by_day(make: Make) -> None:
    world = make("memory:?warmup=2026-12-04:1,2")
    assert sent(world) == 1
    world.clock.at += DAY
    assert sent(world) == 3
    world.clock.at += DAY
    assert sent(world) == 4


def test_a_rate_is_kept_and_the_shift_waits_for_it(make: Make) -> None:
    world = make("memory:?rate=5")
    world.runtime.clock = SystemClock()
    began = datetime.now(UTC)
    with transaction(world.runtime.engine) as session:
        session.execute(update(Delivery).values(try_at=began))
    assert sent(world) == 4
    assert went_out(world)[-1] - began >= timedelta(seconds=0.5)


@pytest.mark.parametrize("rate", amounts.spread([0.5, 7.0, 40.0, 1000.0], 3))
def test_two_workers_who_ask_in_turn_share_one_rate(make: Make, rate: float) -> None:
    world, limits, granted = make("memory:"), Limits(rate=rate), Counter[int]()
    for step in range(40 * SECONDS):
        now = NOON + timedelta(seconds=step / 40)
        with transaction(world.runtime.engine) as session:
            allowance = throttle.Allowance(session, "memory", limits, now)
            granted_now = allowance.grant(500)
            allowance.consume(granted_now.letters)
            allowance.save()
        granted[step] += granted_now.letters
        if not granted_now.letters:
            assert granted_now.again_at is not None
            assert granted_now.again_at > now
    most = max(sum(granted[n] for n in range(at, at + 40)) for at in range(40 * (SECONDS - 1)))
    assert most <= rate + max(1, rate / 4)
    assert granted.total() >= SECONDS * rate - 1


def test_a_transport_s_row_is_read_once_and_written_once_a_transaction(make: Make) -> None:
    world, seen = make("memory:"), list[str]()

    def note(_connection: object, _cursor: object, statement: str, *_given: object) -> None:
        seen.append(statement.split()[0])

    with transaction(world.runtime.engine) as session:
        event.listen(session.connection(), "before_cursor_execute", note)
        allowance = throttle.Allowance(session, "memory", Limits(day=9), NOON)
        allowance.refund(1)
        allowance.consume(allowance.grant(5).letters)
        allowance.save()
    assert seen == ["INSERT", "SELECT", "UPDATE"]


def test_a_domain_gets_no_more_than_its_rate_and_nobody_else_waits_for_it(make: Make) -> None:
    world = make("memory:?domain_rate=0.2")
    assert sent(world) == 3
    assert {letter.recipient for letter in memory(world).sent} == {
        "ada@example.org",
        "alan@example.net",
        "mal@example.com",
    }
    world.clock.advance(timedelta(seconds=4.9))
    assert sent(world) == 3
    world.clock.advance(timedelta(seconds=0.2))
    assert sent(world) == 4
    with reading(world.runtime.engine) as session:
        assert session.exec(select(Delivery.attempts)).all() == [1] * 4


@pytest.mark.parametrize("rate", [0.1, 1.0, 3.0, 50.0])
def test_clocks_that_look_every_two_seconds_use_a_domain_s_rate_up(make: Make, rate: float) -> None:
    world, waiting, granted = make("memory:"), [NOON] * 4000, Counter[int]()
    for second in range(0, 60, 2):
        now = NOON + timedelta(seconds=second)
        waiting.sort()
        asking = [at for at in waiting[:500] if at <= now]
        with transaction(world.runtime.engine) as session:
            turns = throttle.domain_slots(session, rate, ["to:example.org"] * len(asking), now)
        later = [turn for turn in turns if turn > now]
        waiting[: len(asking)] = later
        granted[second] = len(asking) - len(later)
    burst = max(1, 5 * rate)
    assert max(granted.values()) <= burst
    assert 58 * rate - 1 <= granted.total() <= 58 * rate + burst


def test_two_domains_do_not_share_a_rate(make: Make) -> None:
    world = make("memory:")
    with transaction(world.runtime.engine) as session:
        scopes = ["to:example.org", "to:example.net", "to:example.org"]
        first, other, second = throttle.domain_slots(session, 0.1, scopes, NOON)
    assert (first, other) == (NOON, NOON)
    assert second == NOON + timedelta(seconds=10)
