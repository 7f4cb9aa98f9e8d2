"""The clock: any number of them, with Redis or without."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer
from sqlmodel import select

from course.db.transactions import reading, transaction
from course.models import Delivery, Request, RequestKind
from course.runtime.bell import QUEUE, SOON, Bell
from course.scheduling import answering, clock_loop
from tests.support.world import World

TUESDAY = datetime(2026, 12, 8, 18, 30, tzinfo=UTC)


@pytest.fixture
def bell(redis_url: str) -> Bell:
    """A Redis that has just been emptied."""
    Redis.from_url(redis_url).flushall()
    return Bell(redis_url, later=0)


def queue(bell: Bell) -> Queue:
    return Queue(QUEUE, connection=bell.redis, serializer=JSONSerializer)


def request(address: str, course_id: int | None = 1) -> Request:
    at = datetime(2026, 12, 4, 12, tzinfo=UTC)
    kind = RequestKind.SIGN_UP
    return Request(
        kind=kind, address=address, address_key=address, course_id=course_id, asked_at=at
    )


def ask_all(world: World, *requests: Request) -> None:
    with transaction(world.runtime.engine) as session:
        session.add_all(requests)


def waiting(world: World) -> list[str]:
    with reading(world.runtime.engine) as session:
        return list(session.exec(select(Request.address)))


def written(world: World) -> int:
    with reading(world.runtime.engine) as session:
        return len(session.exec(select(Delivery.id)).all())


def test_a_clock_run_twice_writes_no_second_row(world: World) -> None:
    world.enroll()
    world.clock.at = TUESDAY
    clock_loop.write_due(world.runtime)
    before = world.rows()
    clock_loop.write_due(world.runtime)
    assert world.rows() == before


def test_two_clocks_at_once_write_each_letter_once(world: World) -> None:
    for number in range(5):
        world.enroll(f"reader{number}@example.org")
    world.clock.at = TUESDAY
    before = written(world)
    with ThreadPoolExecutor(4) as clocks:
        list(clocks.map(clock_loop.write_due, [world.runtime] * 4))
    assert written(world) == before + 5
    world.settle()
    assert [len(world.letters(f"reader{number}@example.org")) for number in range(5)] == [3] * 5


def test_two_clocks_answer_a_new_address_with_one_letter(world: World) -> None:
    ask_all(world, *(request("ada@example.org") for _ in range(6)))
    with ThreadPoolExecutor(4) as clocks:
        list(clocks.map(clock_loop.write_due, [world.runtime] * 4))
    world.settle()
    assert len(world.letters()) == 1
    assert waiting(world) == []


def test_a_request_that_can_not_be_answered_holds_up_none_of_the_others(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    ask_all(world, request("mallory@example.org", course_id=None), request("ada@example.org"))
    world.settle()
    assert len(world.letters()) == 1
    assert waiting(world) == ["mallory@example.org"]
    assert "mallory" not in caplog.text


def test_hundreds_that_can_not_be_answered_hold_up_none_of_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "BATCH", 3)
    for number in range(7):
        ask_all(world, request(f"mallory{number}@example.org", course_id=None))
    ask_all(world, request("ada@example.org"))
    world.settle()
    assert len(world.letters()) == 1
    assert len(waiting(world)) == 7


def test_without_redis_the_clock_alone_sends(world: World) -> None:
    ask_all(world, request("ada@example.org"))
    assert not world.runtime.bell.ring()
    clock_loop.tick(world.runtime)
    assert len(world.letters()) == 1


def test_with_redis_the_clock_rings_and_a_worker_sends(world: World, bell: Bell) -> None:
    world.runtime.bell = bell
    ask_all(world, request("ada@example.org"))
    clock_loop.tick(world.runtime)
    assert world.letters() == []
    assert [job.func_name for job in queue(bell).jobs] == ["course.jobs.look"]


def test_where_nothing_is_due_the_bell_stays_silent(world: World, bell: Bell) -> None:
    world.runtime.bell = bell
    clock_loop.tick(world.runtime)
    assert queue(bell).count == 0


def test_the_bell_is_rung_once_however_often_it_is_pulled(bell: Bell) -> None:
    assert all(bell.ring() for _ in range(5))
    assert queue(bell).count == 1


def test_a_bell_pulled_by_many_is_rung_soon_and_once(
    bell: Bell, monkeypatch: pytest.MonkeyPatch
) -> None:
    timers: list[threading.Thread] = []
    with monkeypatch.context() as later:
        later.setattr(threading.Thread, "start", lambda timer: timers.append(timer))
        for _ in range(50):
            bell.pull()
    assert queue(bell).count == 0, "nobody waits for it"
    (timer,) = timers
    timer.run()
    assert queue(bell).count == 1


def test_a_bell_that_no_thread_could_ring_is_rung_by_the_next_pull(
    bell: Bell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_more(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as full:
        full.setattr(threading.Thread, "start", no_more)
        bell.pull()
    bell.pull()
    assert has_rung(bell)
    assert queue(bell).count == 1


def test_a_bell_pulled_after_it_was_rung_is_rung_again(bell: Bell) -> None:
    for _ in range(2):
        bell.pull()
        assert has_rung(bell)
        assert queue(bell).count == 1
        bell.redis.flushall()


def has_rung(bell: Bell) -> bool:
    """Waits for the thread that rings it."""
    give_up = time.monotonic() + 60
    while queue(bell).count == 0 and time.monotonic() < give_up:
        time.sleep(SOON)
    return queue(bell).count > 0


def test_a_bell_that_no_worker_answers_leaves_the_letters_to_the_clock(
    world: World, bell: Bell
) -> None:
    elapsed = [0.0]
    world.runtime.bell = Bell(bell.url, elapsed=lambda: elapsed[0])
    ask_all(world, request("ada@example.org"))
    clock_loop.tick(world.runtime)
    assert world.letters() == []
    elapsed[0] += 60
    clock_loop.tick(world.runtime)
    assert len(world.letters()) == 1


def test_redis_emptied_in_mid_course_loses_nothing(world: World, bell: Bell) -> None:
    world.runtime.bell = bell
    world.enroll()
    for week in range(6):
        world.clock.at = TUESDAY + week * timedelta(days=7)
        clock_loop.tick(world.runtime)
        bell.redis.flushall()
        clock_loop.tick(world.runtime)
        assert queue(bell).count == 1, "rung again"
        world.settle()
    assert len(world.letters()) == 2 + 6


def test_a_clock_that_is_told_to_stop_ends(world: World) -> None:
    stop = threading.Event()
    clock = threading.Thread(target=clock_loop.run, args=(world.runtime, stop, 0.01))
    clock.start()
    ask_all(world, request("ada@example.org"))
    stop.set()
    clock.join(timeout=60)
    assert not clock.is_alive()
