"""Newsletters in the queue: what is sent before them, and what is held where nobody knows."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session

from course.db.transactions import reading, transaction
from course.models import DeliveryKind, DeliveryState
from course.operations import restore, status, uncertain_deliveries
from course.outbox import deliveries
from course.scheduling import clock_loop
from course.sending import delivering, recovering
from emails.errors import Uncertain
from emails.tokens import Purpose
from emails.transports.memory import MemoryTransport
from tests.course.newsletters.kit import NEWSLETTER, announce, fan_out, got_it, newsletters
from tests.support import bulk_rows
from tests.support.claims import LEASE, claim_due, claimant, ids, take
from tests.support.query_plans import explained
from tests.support.world import World


def doubtful(world: World) -> None:
    """The mail server takes it, and does not say so."""
    transport = world.runtime.transports[0].transport
    assert isinstance(transport, MemoryTransport)
    transport.replies = {
        f"{name}@example.org": Uncertain(None, "cut off") for name in ("ada", "grace")
    }


def test_a_confirmation_overtakes_it(three: World, news: Path) -> None:
    announce(three, news)
    fan_out(three)
    three.clock.advance(timedelta(minutes=1))
    three.press("/courses/emotional-safety/sign-ups", address="eve@example.org")
    clock_loop.write_due(three.runtime)
    first, second = take(three, size=1).deliveries, take(three, size=20).deliveries
    assert [letter.kind for letter in first] == [DeliveryKind.CONFIRMATION]
    assert [letter.kind for letter in second] == [NEWSLETTER] * 3


def test_newsletters_get_the_room_that_is_left(three: World, news: Path) -> None:
    announce(three, news)
    fan_out(three)
    three.press("/courses/emotional-safety/sign-ups", address="eve@example.org")
    clock_loop.write_due(three.runtime)
    held = take(three, size=3)
    assert len(ids(held)) == 3
    assert held.deliveries[0].kind is DeliveryKind.CONFIRMATION


def test_an_uncertain_one_is_held_and_shown_and_not_sent_again(three: World, news: Path) -> None:
    announce(three, news)
    doubtful(three)
    three.settle()
    three.go(timedelta(hours=1))
    in_doubt = [d for d in newsletters(three) if d.state is DeliveryState.UNCERTAIN]
    assert [(d.attempts, d.try_at) for d in in_doubt] == [(1, None), (1, None)]
    with reading(three.runtime.engine) as session:
        assert status.read_status(session, three.clock.now()).states["uncertain"] == 2


def test_where_a_lease_runs_out_it_is_held_as_well(three: World, news: Path) -> None:
    announce(three, news)
    fan_out(three)
    take(three)
    three.clock.advance(LEASE + timedelta(minutes=1))
    with transaction(three.runtime.engine) as session:
        assert recovering.expire_leases(session, three.clock.now()) == 3
    assert [(d.state, d.try_at) for d in newsletters(three)] == [("uncertain", None)] * 3


def test_a_person_may_send_an_uncertain_one_again(three: World, news: Path) -> None:
    announce(three, news)
    doubtful(three)
    three.settle()
    before = [delivery.message_id for delivery in newsletters(three)]
    with transaction(three.runtime.engine) as session:
        assert uncertain_deliveries.resend(session, None, three.clock.now()) == 2
    transport = three.runtime.transports[0].transport
    assert isinstance(transport, MemoryTransport)
    transport.replies = {}
    delivering.deliver_due(three.runtime)
    assert got_it(three).count("ada@example.org") == 2
    assert [delivery.message_id for delivery in newsletters(three)] == before


def test_each_queue_is_read_by_its_index(three: World, news: Path) -> None:
    """The condition stands in the query word for word, or no database would take the index."""
    announce(three, news)
    with transaction(three.runtime.engine) as session:
        bulk_rows.copy(session, 20_000, "sent")
        bulk_rows.copy(session, 5_000, "due", try_at=three.clock.now())
    fan_out(three)
    bulk_rows.analyze(three.runtime.engine)
    with transaction(three.runtime.engine) as session:
        plans = explained(session, "FROM delivery", lambda: look(session, three))
    assert "ix_delivery_asked" in plans[0]
    assert "ix_delivery_waiting" in plans[1]
    assert "ix_delivery_broadcast" in plans[2]
    assert all("Seq Scan on delivery" not in plan for plan in plans), plans


def test_the_clock_asks_each_queue_by_its_index(three: World) -> None:
    with transaction(three.runtime.engine) as session:
        bulk_rows.copy(session, 20_000, "sent")
    bulk_rows.analyze(three.runtime.engine)
    with reading(three.runtime.engine) as session:
        plans = explained(
            session, "FROM delivery", lambda: deliveries.is_anything_due(session, three.clock.now())
        )
    assert "ix_delivery_asked" in plans[0]
    assert "ix_delivery_waiting" in plans[1]
    assert "ix_delivery_broadcast" in plans[2]


def look(session: Session, world: World) -> None:
    claim_due(session, world.clock.now(), 9_000, claimant())


def leaves(world: World) -> str:
    """Ada, her newsletter; the address that undoes it."""
    token = world.runtime.links.to(Purpose.LEAVE_NEWSLETTER, 1, world.clock.now())
    found = re.search(r'action="([^"]+/return/[^"]+)"', world.press(f"{token}/departure").text)
    assert found is not None
    return found[1]


def test_who_undoes_leaving_gets_what_was_withdrawn_once(three: World, news: Path) -> None:
    announce(three, news)
    fan_out(three)
    undo = leaves(three)
    three.settle()
    assert "ada@example.org" not in got_it(three)
    for _ in range(2):
        three.press(undo)
        three.settle()
    three.press(leaves(three))
    three.settle()
    assert got_it(three) == ["ada@example.org", "alan@example.org", "grace@example.org"]


def test_who_undoes_leaving_gets_what_went_out_meanwhile(three: World, news: Path) -> None:
    undo = leaves(three)
    announce(three, news)
    three.settle()
    assert "ada@example.org" not in got_it(three)
    three.press(undo)
    three.settle()
    assert got_it(three) == ["ada@example.org", "alan@example.org", "grace@example.org"]


@pytest.mark.parametrize("state", ["uncertain", "held"])
def test_what_may_have_arrived_does_not_come_again(three: World, news: Path, state: str) -> None:
    announce(three, news)
    fan_out(three)
    with transaction(three.runtime.engine) as session:
        if state == "held":
            restore.hold_waiting(session, three.clock.now())
        else:
            session.execute(text("UPDATE delivery SET state = 'uncertain', uncertainties = 1"))
    three.press(leaves(three))
    three.settle()
    assert "ada@example.org" not in got_it(three)
