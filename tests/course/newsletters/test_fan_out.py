"""One newsletter, to many, once: slice after slice, by any number of clocks."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlmodel import Session, select, update

from course.db.transactions import reading, transaction
from course.models import Broadcast
from course.newsletters import fan_out as broadcasting
from tests.course.newsletters.kit import announce, enqueuer, fan_out, got_it, newsletters
from tests.support import bulk_rows
from tests.support.prepared import Prepare
from tests.support.world import World


@pytest.fixture
def crowd(prepare: Prepare) -> World:
    return prepare(ada_and_three_hundred_others)


def ada_and_three_hundred_others(world: World) -> None:
    """They have confirmed."""
    world.enroll(newsletter="evening-notes")
    with transaction(world.runtime.engine) as session:
        bulk_rows.enroll(session, 300)
        bulk_rows.subscribe(session)


def test_no_two_letters_have_the_same_message_id(crowd: World, news: Path) -> None:
    announce(crowd, news)
    fan_out(crowd)
    names = {delivery.message_id for delivery in newsletters(crowd)}
    assert len(names) == 301
    assert {len(name) for name in names} == {len("<@example.org>") + 32}


def test_slice_after_slice_it_reaches_everybody(three: World, news: Path) -> None:
    announce(three, news)
    assert [fan_out(three, size=2), fan_out(three, size=2), fan_out(three, size=2)] == [2, 1, 0]
    assert len(newsletters(three)) == 3
    with reading(three.runtime.engine) as session:
        assert session.exec(select(Broadcast.written_at)).one() == three.clock.now()


def test_a_crash_between_two_slices_doubles_nothing_and_leaves_nobody_out(
    three: World, news: Path
) -> None:
    announce(three, news)
    fan_out(three, size=2)
    with Session(three.runtime.engine.execution_options(writes=True)) as session:
        broadcasting.fan_out(session, enqueuer(), three.clock.now(), 2)  # and never commits
    assert len(newsletters(three)) == 2
    three.settle()
    assert got_it(three) == ["ada@example.org", "alan@example.org", "grace@example.org"]


def test_a_row_that_is_there_already_stays_as_it_is(three: World, news: Path) -> None:
    announce(three, news)
    three.settle()
    with transaction(three.runtime.engine) as session:
        session.execute(update(Broadcast).values(reached=0, written_at=None))
    three.settle()
    assert len(got_it(three)) == 3


def test_two_clocks_at_once_write_each_row_once(crowd: World, news: Path) -> None:
    announce(crowd, news)
    with ThreadPoolExecutor(4) as clocks:
        while any(list(clocks.map(lambda _: fan_out(crowd, size=20), range(4)))):
            pass
    rows = newsletters(crowd)
    assert len(rows) == len({delivery.subscription_id for delivery in rows}) == 301
