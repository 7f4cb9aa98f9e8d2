"""How much leaves, by which way, and who is left alone for a while."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlmodel import col, select, update

from course.db.transactions import reading, transaction
from course.models import Delivery, Throttle
from course.operations import throughput
from course.runtime.clock import SystemClock
from course.scheduling import clock_loop
from course.sending import backoff, delivering, sender, throttle
from emails.errors import Deferred, Unreachable
from emails.transports.limits import Limits
from emails.transports.memory import MemoryTransport
from tests.support import bulk_rows, servers
from tests.support import world as worlds
from tests.support.amounts import spread
from tests.support.prepared import Prepared
from tests.support.world import World

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
BUSY = Deferred(421, "4.7.0 too many letters from you, come back later")
NOON = datetime(2026, 12, 4, 12, tzinfo=UTC)

Make = Callable[[str], World]


@pytest.fixture
def make(database_url: str, tmp_path: Path, prepared: Prepared) -> Make:
    """A world with that mail URL, in which Ada, Grace, Alan and Mallory have signed up."""

    def made(mail_url: str) -> World:
        world = worlds.make(database_url, tmp_path, mail_url=mail_url)
        prepared.bring(world, four_have_signed_up)
        return world

    return made


def four_have_signed_up(world: World) -> None:
    for name in ("ada@example.org", "grace@example.org", "alan@example.net", "mal@example.com"):
        world.press("/courses/emotional-safety/sign-ups", address=name)
    clock_loop.write_due(world.runtime)


def sent(world: World) -> int:
    delivering.deliver_due(world.runtime)
    return len(went_out(world))


def went_out(world: World) -> list[datetime]:
    with reading(world.runtime.engine) as session:
        found = session.exec(select(Delivery.sent_at).where(col(Delivery.sent_at).is_not(None)))
        return sorted(at for at in found if at is not None)


def memory(world: World) -> MemoryTransport:
    (found,) = [
        named.transport
        for named in world.runtime.transports
        if isinstance(named.transport, MemoryTransport)
    ]
    return found


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


@pytest.mark.parametrize("rate", spread([0.5, 7.0, 40.0, 1000.0], 3))
def test_two_workers_who_ask_in_turn_share_one_rate(make: Make, rate: float) -> None:
    world, limits, granted = make("memory:"), Limits(rate=rate), Counter[int]()
    for step in range(200):
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
    most = max(sum(granted[n] for n in range(at, at + 40)) for at in range(160))
    assert most <= rate + max(1, rate / 4)
    assert granted.total() >= 5 * rate - 1


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
