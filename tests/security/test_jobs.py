"""Mallory can write to Redis: all she gets is that somebody looks."""

import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from rq import Callback, Queue
from rq.job import Retry
from rq.serializers import DefaultSerializer, JSONSerializer

from course.config.loader import load
from course.runtime.bell import ALIVE, JOB, JOB_TIMEOUT, Bell
from course.runtime.process import Runtime, build
from course.runtime.rq_worker import Listener
from course.runtime.security_log import Event
from tests.support.clocks import FixedClock
from tests.support.world import FRIDAY

CALLED: list[tuple[Any, ...]] = []
OURS: dict[str, Any] = {"job_timeout": JOB_TIMEOUT, "result_ttl": 0, "failure_ttl": 86400}
DEEP = b"[" * 100_000


def called(*words: Any) -> None:
    CALLED.append(words)


def installation(folder: Path, redis_url: str, secret: str) -> Runtime:
    """One whose database nobody asks."""
    settings = {"database_url": f"sqlite:///{folder}/none.sqlite3", "mail_url": "memory:"}
    loaded = load(**settings, state=folder, redis_url=redis_url, secret_key=secret)
    return build(loaded, FixedClock(FRIDAY))


@pytest.fixture
def listener(tmp_path: Path, redis_url: str) -> Listener:
    """A worker beside an emptied Redis."""
    Redis.from_url(redis_url).flushall()
    CALLED.clear()
    return Listener(installation(tmp_path, redis_url, "ours" * 10), lambda: None)


def queue(listener: Listener, serializer: Any = JSONSerializer) -> Queue:
    return Queue(listener.bell.name, connection=listener.bell.redis, serializer=serializer)


def refused(listener: Listener) -> int:
    listener.runtime.security_log.flush()
    return (listener.runtime.security_log.counts() or {})[Event.JOB_REFUSED]


def hears_the_next(listener: Listener) -> bool:
    return listener.bell.ring() and listener.hear()


@pytest.mark.parametrize(
    "job",
    [
        ("os.system", ("id",), {}),
        ("subprocess.run", (["id"],), {}),
        (f"{__name__}.called", ("mallory",), {}),
        (f"{JOB}.__globals__", (), {}),
        ("course.jobs.runtime", (), {}),
        (JOB, ("more",), {}),
        (JOB, (), {"kwargs": {"more": 1}}),
        (JOB, (), {"meta": {"more": 1}}),
        (JOB, (), {"job_timeout": -1}),
        (JOB, (), {"result_ttl": 500}),
        (JOB, (), {"description": "x" * 1_000_000}),
        (JOB, (), {"retry": Retry(max=3)}),
        (JOB, (), {"on_success": Callback(f"{__name__}.called")}),
        (JOB, (), {"on_failure": Callback("os.abort")}),
        (JOB, (), {"on_stopped": Callback("os.abort")}),
        ("ünïcödé.🎉", (), {}),
    ],
)
def test_a_job_that_is_not_exactly_ours_is_refused(listener: Listener, job: Any) -> None:
    name, words, options = job
    queue(listener).enqueue(name, args=words, **OURS | options)
    assert not listener.hear()
    assert refused(listener) >= 1
    assert CALLED == []
    assert hears_the_next(listener)


def test_a_pickled_job_is_refused(listener: Listener) -> None:
    queue(listener, DefaultSerializer).enqueue(JOB, **OURS)
    assert not listener.hear()
    assert hears_the_next(listener)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("data", lambda: zlib.compress(bytes(100_000_000), 9)),
        ("data", zlib.compress(bytes(50_000))),
        ("data", zlib.compress(DEEP)),
        ("data", b"no zlib"),
        ("data", b""),
        ("status", b"\xff"),
        ("timeout", b"[]"),
        ("created_at", lambda: b"x" * 50_000_000),
        ("dependency_ids", b'["x"]'),
        ("group_id", b"g"),
        ("exc_info", b"x"),
    ],
)
def test_odd_fields_are_refused_by_their_size_and_words(
    listener: Listener, field: str, value: bytes | Callable[[], bytes]
) -> None:
    listener.bell.ring()
    (id_,) = queue(listener).job_ids
    written = value() if callable(value) else value
    listener.bell.redis.hset(f"rq:job:{id_}", field, written)
    assert not listener.hear()
    assert refused(listener) >= 1
    assert hears_the_next(listener)


@pytest.mark.parametrize("id_", [b"", b"x", b"\xff\x00", "é🎉".encode(), b"x" * 1_000_000])
def test_an_id_without_a_job_is_refused(listener: Listener, id_: bytes) -> None:
    listener.bell.redis.rpush(listener.bell.key, id_)
    assert not listener.hear()
    assert refused(listener) >= 1
    assert hears_the_next(listener)


def test_a_job_that_is_no_hash_is_refused(listener: Listener) -> None:
    listener.bell.redis.set("rq:job:x", "words")
    listener.bell.redis.rpush(listener.bell.key, "x")
    assert not listener.hear()
    assert hears_the_next(listener)


def test_a_queue_that_is_no_list_is_thrown_away(listener: Listener) -> None:
    listener.bell.redis.set(listener.bell.key, "words")
    assert not listener.bell.ring()
    assert not listener.hear()
    assert refused(listener) >= 1
    assert hears_the_next(listener)


def test_a_bell_in_front_of_nonsense_counts_as_heard_without_reading_it(
    listener: Listener,
) -> None:
    elapsed = [0.0]
    bell = Bell(listener.bell.url, listener.bell.name, lambda: elapsed[0])
    bell.redis.rpush(bell.key, b"\xff")
    assert bell.is_heard()
    elapsed[0] = 31
    assert not bell.is_heard()


def test_two_installations_on_one_redis_do_not_hear_each_other(
    listener: Listener, tmp_path: Path
) -> None:
    other = installation(tmp_path, listener.bell.url, "theirs" * 7)
    listener.register()
    assert (other.bell.workers(), listener.bell.workers()) == (0, 1)
    other.bell.ring()
    assert not listener.hear()


def test_a_worker_counts_until_a_minute_after_its_last_sign_of_life(listener: Listener) -> None:
    listener.register()
    assert 0 < listener.bell.redis.ttl(listener.key) <= ALIVE
    listener.bell.redis.delete(listener.key)  # as Redis does when it is over
    assert listener.bell.workers() == 0


def test_a_worker_is_counted_again_after_redis_was_emptied(listener: Listener) -> None:
    listener.register()
    listener.bell.redis.flushall()
    listener.register()
    assert listener.bell.workers() == 1


def test_no_document_shows_a_redis_that_is_open_to_all() -> None:
    root = Path(__file__).parents[2]
    for document in (root / "README.md", *(root / "docs").rglob("*.md")):
        for url in re.findall(r"rediss?://[^\s`'\")|]+", document.read_text()):
            assert re.match(r"rediss?://(\w*:\w+@|…)", url), f"{document.name}: {url}"
