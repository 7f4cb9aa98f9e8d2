"""The machine of a delivery's states, every state with every event (docs/decisions)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import col, select, update

from course.db.transactions import reading, transaction
from course.models import Claim, Delivery, DeliveryKind, DeliveryState, Enrollment
from course.operations import failed_deliveries, restore, uncertain_deliveries
from course.outbox import deliveries
from course.scheduling import clock_loop
from course.sending import recovering
from course.subscribers import recalls
from tests.support.claims import LEASE, Claimed, end, take
from tests.support.prepared import Prepare
from tests.support.world import World

S = DeliveryState
ENDED = (S.SENT, S.REFUSED, S.FAILED, S.WITHDRAWN)

# Waiting for its hour: these have a `try_at`, the others have none.
WAITING = (S.DUE, S.DEFERRED, S.UNCERTAIN)


@pytest.fixture
def one(prepare: Prepare) -> World:
    return prepare(a_lesson_is_due)


def a_lesson_is_due(world: World) -> None:
    """Ada's first lesson has a row; it is nobody's yet."""
    world.enroll()
    world.clock.at = world.enrollment().next_send_at or world.clock.at
    clock_loop.write_due(world.runtime)


def lesson(world: World) -> Delivery:
    with reading(world.runtime.engine) as session:
        query = select(Delivery).where(col(Delivery.kind) == DeliveryKind.LESSON)
        return session.exec(query).one()


def bring_into(world: World, state: DeliveryState) -> Claimed:
    """The lesson in that state, by the way that leads there; the claim that last held it."""
    held = Claimed(0, [])
    if state is not S.DUE:
        held = take(world)
    now = world.clock.now()
    if state not in (S.DUE, S.ATTEMPTING, S.HELD):
        end(world, held, state, now if state in WAITING else None)
    if state is S.HELD:
        end(world, held, S.DUE, now)
        with transaction(world.runtime.engine) as session:
            restore.hold_waiting(session, now)
    assert lesson(world).state is state
    return held


def claimed(world: World, _held: Claimed) -> None:
    take(world)


def answered(state: DeliveryState) -> Callable[[World, Claimed], None]:
    return lambda world, held: end(world, held, state)


def lease_ran_out(world: World, _held: Claimed) -> None:
    world.clock.advance(LEASE + timedelta(minutes=1))
    with transaction(world.runtime.engine) as session:
        recovering.expire_leases(session, world.clock.now())


def taken_back(world: World, _held: Claimed) -> None:
    with transaction(world.runtime.engine) as session:
        deliveries.withdraw(session, col(Delivery.kind) == DeliveryKind.LESSON)


def too_late(world: World, _held: Claimed) -> None:
    world.clock.advance(timedelta(hours=9))
    out_of_turn = take(world).out_of_turn
    with transaction(world.runtime.engine) as session:
        recalls.recall_out_of_turn(session, out_of_turn, world.clock.now())


def left(world: World, _held: Claimed) -> None:
    with transaction(world.runtime.engine) as session:
        deliveries.suppress(session, [lesson(world).id or 0], world.clock.now())
    take(world)


def due_again(world: World, _held: Claimed) -> None:
    """The clock writes the same letter once more."""
    with transaction(world.runtime.engine) as session:
        session.execute(update(Enrollment).values(done=[], next_send_at=world.clock.now()))
    clock_loop.write_due(world.runtime)


def held_back(world: World, _held: Claimed) -> None:
    with transaction(world.runtime.engine) as session:
        restore.hold_waiting(session, world.clock.now())


def released(world: World, _held: Claimed) -> None:
    with transaction(world.runtime.engine) as session:
        restore.release(session, world.clock.now())


def sent_again_by_a_person(world: World, _held: Claimed) -> None:
    with transaction(world.runtime.engine) as session:
        uncertain_deliveries.resend(session, None, world.clock.now())


def resent(world: World, _held: Claimed) -> None:
    with transaction(world.runtime.engine) as session:
        failed_deliveries.resend(session, failed_deliveries.everything, world.clock.now())


def taken_as_arrived(world: World, _held: Claimed) -> None:
    with transaction(world.runtime.engine) as session:
        uncertain_deliveries.mark_sent(session, None, world.clock.now())


def stays(*states: DeliveryState) -> dict[DeliveryState, DeliveryState]:
    return {state: state for state in states}


def to(target: DeliveryState, *states: DeliveryState) -> dict[DeliveryState, DeliveryState]:
    return dict.fromkeys(states, target)


A, HELD = S.ATTEMPTING, S.HELD
KEPT = stays(*S)
MACHINE: dict[str, tuple[Callable[[World, Claimed], None], dict[S, S]]] = {
    "claimed": (claimed, {**KEPT, **to(A, *WAITING)}),
    "accepted": (answered(S.SENT), {**KEPT, **to(S.SENT, A, S.UNCERTAIN)}),
    "refused": (answered(S.REFUSED), {**KEPT, **to(S.REFUSED, A, S.UNCERTAIN)}),
    "deferred": (answered(S.DEFERRED), {**KEPT, **to(S.DEFERRED, A, S.UNCERTAIN)}),
    "unknown": (answered(S.UNCERTAIN), {**KEPT, **to(S.UNCERTAIN, A)}),
    "given up": (answered(S.FAILED), {**KEPT, **to(S.FAILED, A, S.UNCERTAIN)}),
    "never begun": (answered(S.DUE), {**KEPT, **to(S.DUE, A, S.UNCERTAIN)}),
    "lease ran out": (lease_ran_out, {**KEPT, **to(S.UNCERTAIN, A)}),
    "taken back": (taken_back, {**KEPT, **to(S.WITHDRAWN, *WAITING, HELD)}),
    "too late": (too_late, {**KEPT, **to(S.WITHDRAWN, *WAITING)}),
    "suppressed": (left, {**KEPT, **to(S.WITHDRAWN, *WAITING)}),
    "due again": (due_again, {**KEPT, S.WITHDRAWN: S.DUE}),
    "held back": (held_back, {**KEPT, **to(HELD, *WAITING)}),
    "released": (released, {**KEPT, HELD: S.DUE}),
    "sent again by a person": (sent_again_by_a_person, {**KEPT, S.UNCERTAIN: S.DUE}),
    "resent": (resent, {**KEPT, **to(S.DUE, S.REFUSED, S.FAILED)}),
    "taken as arrived": (taken_as_arrived, {**KEPT, S.UNCERTAIN: S.SENT}),
}


@pytest.mark.parametrize("event", MACHINE)
def test_every_state_knows_every_event(prepare: Prepare, event: str) -> None:
    happens, leads_to = MACHINE[event]
    for state in S:
        one = prepare(a_lesson_is_due)
        happens(one, bring_into(one, state))
        found = lesson(one)
        assert found.state is leads_to[state], state
        assert found.try_at is None or found.state in WAITING, "nobody takes up what has ended"


def test_a_claim_without_a_lease_is_kept_for_a_week(one: World) -> None:
    lease_ran_out(one, take(one))
    with reading(one.runtime.engine) as session:
        assert session.exec(select(Claim.lease_until)).one() is None
    one.clock.advance(recovering.REMEMBERED)
    clock_loop.write_due(one.runtime)
    with reading(one.runtime.engine) as session:
        assert session.exec(select(Claim)).all() == []
