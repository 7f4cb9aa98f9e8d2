"""The numbers an operator sees: right, without an address, and fast however many rows there are."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session

from course.db import bulk
from course.db.transactions import reading, transaction
from course.models import DeliveryState
from course.models.delivery import NEEDS_ATTENTION
from course.operations import overview
from course.operations.problems import SAMPLE_LIMIT
from course.operations.status import STATES, Status, read_status
from course.operations.throughput import RATE_MINUTES
from course.scheduling import clock_loop
from course.sending import delivering
from emails.errors import Deferred, Refused, Uncertain, Unreachable
from emails.transports.memory import MemoryTransport
from tests.support import bulk_rows
from tests.support.claims import take
from tests.support.query_plans import explained
from tests.support.world import World

MINUTE = timedelta(minutes=1)


def status(world: World) -> Status:
    with reading(world.runtime.engine) as session:
        return read_status(session, world.clock.now())


def asks(world: World, *names: str) -> None:
    """They have asked for letters, which are due."""
    for name in names:
        address = name if "@" in name else f"{name}@example.org"
        world.press("/courses/emotional-safety/sign-ups", address=address)
    clock_loop.write_due(world.runtime)


def answers(world: World, **replies: Any) -> None:
    transport = world.runtime.transports[0].transport
    assert isinstance(transport, MemoryTransport)
    transport.replies = {f"{name}@example.org": reply for name, reply in replies.items()}


@pytest.fixture
def troubled(world: World) -> World:
    """Ada's letter is put off, Grace's refused, Mallory's in doubt; Alan's has arrived."""
    answers(
        world,
        ada=Deferred(451, "4.7.1 <ada@example.org>: greylisted, try again"),
        grace=Refused(550, "5.7.1 not on a Sunday"),
        mallory=Uncertain(None, "the answer was lost"),
    )
    asks(world, "ada", "grace", "mallory", "alan@example.net")
    world.settle()
    return world


def test_nothing_is_nothing(world: World) -> None:
    found = status(world)
    assert (found.due, found.later, found.in_flight, found.sent_today) == (0, 0, 0, 0)
    assert (found.oldest, found.active_claims, found.reasons) == (None, [], [])


def test_what_is_due_is_counted_and_the_oldest_has_an_age(world: World) -> None:
    asks(world, "ada", "grace")
    world.clock.advance(7 * MINUTE)
    found = status(world)
    assert (found.due, found.later, found.oldest) == (2, 0, 7 * MINUTE)


def test_what_a_worker_has_in_its_hands_is_in_flight(world: World) -> None:
    asks(world, "ada", "grace", "mallory")
    take(world, size=2)
    world.clock.advance(MINUTE)
    (held,) = status(world).active_claims
    assert (held.letters, held.worker, held.transport) == (2, "here:1", "memory")
    assert status(world).at - held.since == MINUTE
    assert (status(world).due, status(world).in_flight) == (1, 2)


def test_every_trouble_is_counted_by_its_state(troubled: World) -> None:
    found = status(troubled)
    assert found.states == {"deferred": 1, "refused": 1, "uncertain": 1}
    assert (found.later, found.sent_today, found.more) == (2, 1, False)


def test_the_reasons_are_the_servers_words_without_the_address(troubled: World) -> None:
    names = {group.name for group in status(troubled).reasons}
    assert "451 4.7.1 …: greylisted, try again" in names
    assert not [name for name in names if "@" in name]


def test_letters_with_the_same_trouble_stand_together(world: World) -> None:
    reply = {name: Refused(550, f"5.1.1 <{name}@example.org> is nobody") for name in ("ada", "eve")}
    answers(world, **reply)
    asks(world, *reply)
    world.settle()
    (group,) = status(world).reasons
    assert (group.letters, group.name) == (2, "550 5.1.1 … is nobody")
    assert [domain.name for domain in status(world).domains] == ["example.org"]


def test_a_letter_that_was_put_off_and_is_due_again_is_still_one_that_was_put_off(
    troubled: World,
) -> None:
    troubled.clock.advance(timedelta(hours=1))
    found = status(troubled)
    assert (found.due, found.later, found.states["deferred"]) == (2, 0, 1)


def test_a_mail_server_that_is_away_is_told_though_it_counts_against_no_letter(
    world: World,
) -> None:
    answers(world, ada=Unreachable(None, "no connection to mail.example.org:587: refused"))
    asks(world, "ada")
    delivering.deliver_due(world.runtime)
    found = status(world)
    (group,) = found.reasons
    assert group.name.startswith("no connection to mail.example.org:587")
    assert (found.due, group.states) == (1, {"due": 1})


def test_who_is_left_alone_is_shown_while_it_is(world: World) -> None:
    answers(world, ada=Deferred(421, "4.7.0 slow down <ada@example.org>"))
    asks(world, "ada")
    delivering.deliver_due(world.runtime)
    (rest,) = status(world).backoffs
    assert (rest.scope, rest.words) == ("to:example.org", "421 4.7.0 slow down …")
    world.clock.advance(timedelta(minutes=5))
    assert status(world).backoffs == []


def test_the_rate_is_of_full_minutes(troubled: World) -> None:
    assert status(troubled).rate == 0, "the minute is not over"
    troubled.clock.advance(MINUTE)
    assert status(troubled).rate == 1 / RATE_MINUTES
    troubled.clock.advance(RATE_MINUTES * MINUTE)
    assert status(troubled).rate == 0


def test_a_day_ends_at_midnight(troubled: World) -> None:
    troubled.clock.advance(timedelta(days=1))
    assert status(troubled).sent_today == 0


def test_of_very_many_in_trouble_only_the_newest_are_read_and_it_says_so(troubled: World) -> None:
    with transaction(troubled.runtime.engine) as session:
        bulk_rows.copy(session, SAMPLE_LIMIT + 5, "failed", "550 5.0.0 no")
    found = status(troubled)
    assert found.more
    assert found.states["failed"] == SAMPLE_LIMIT


Question = Callable[[Session, datetime], object]


@pytest.mark.parametrize("question", [read_status, overview.overview])
def test_no_question_reads_all_deliveries(troubled: World, question: Question) -> None:
    """Twenty thousand that were sent long ago, and a database that knows its tables."""
    now, engine = troubled.clock.now(), troubled.runtime.engine
    with transaction(engine) as session:
        bulk_rows.copy(session, 20_000, "sent")
        bulk_rows.copy(session, 200, "deferred", "451 later", now + MINUTE)
    bulk_rows.analyze(engine)
    with reading(engine) as session:
        plans = explained(session, "delivery", lambda: question(session, now))
    assert len(plans) >= 6
    for plan in plans:
        assert "SCAN delivery\n" not in plan, plan
        assert "Seq Scan on delivery" not in plan, plan


def test_a_question_that_does_read_all_is_found(troubled: World) -> None:
    with transaction(troubled.runtime.engine) as session:
        bulk_rows.copy(session, 20_000, "sent")
    bulk_rows.analyze(troubled.runtime.engine)
    with reading(troubled.runtime.engine) as session:
        counts = text("SELECT state, count(*) FROM delivery GROUP BY state")
        (plan,) = explained(session, "delivery", lambda: session.execute(counts).all())
    assert "SCAN delivery\n" in plan or "Seq Scan on delivery" in plan


def test_the_states_that_are_shown_are_states() -> None:
    assert {DeliveryState(state) for state in STATES}
    with pytest.raises(ValueError, match="late"):
        DeliveryState("late")


def test_a_troubled_row_is_found_by_its_index_alone(world: World) -> None:
    """The condition has to be the index's own, word for word."""
    asks(world, "ada")
    with reading(world.runtime.engine) as session:
        indexes = {
            "sqlite": "SELECT sql FROM sqlite_master WHERE name = 'ix_delivery_trouble'",
            "postgresql": "SELECT indexdef FROM pg_indexes WHERE indexname = 'ix_delivery_trouble'",
        }
        words = session.execute(text(indexes[bulk.dialect(session)])).scalar_one()
    for state in ("refused", "uncertain", "failed", "held"):
        assert state in words
        assert state in str(NEEDS_ATTENTION)
