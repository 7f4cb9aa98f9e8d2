"""Windows: counted for all processes together, and by each on its own while Redis is away."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from redis import Redis

from course.http.rate_limiter import RETRY_REDIS_AFTER, FixedWindow, RateLimiter
from tests.support import servers

NARROW, WIDE = FixedWindow("narrow", 2, 60), FixedWindow("wide", 5, 3600)

# Seconds that a busy machine may take between two lines of a test.
BUSY = 30


@dataclass
class Watch:
    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def emptied(redis_url: str) -> str:
    Redis.from_url(redis_url).flushall()
    return redis_url


@pytest.fixture(params=["redis", "memory"])
def url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue("emptied")) if request.param == "redis" else ""


@pytest.fixture
def port() -> int:
    """Where a Redis may come and go."""
    return servers.free_port()


def test_a_window_is_full_after_so_many_times(url: str) -> None:
    limiter = RateLimiter(url)
    assert [bool(limiter.hit([NARROW])) for _ in range(4)] == [False, False, True, True]


def test_the_first_full_window_is_named_and_says_when_it_ends(url: str) -> None:
    limiter = RateLimiter(url)
    found = [limiter.hit([WIDE, NARROW]) for _ in range(3)][-1]
    assert found is not None
    assert found.index == 1
    assert 0 <= NARROW.seconds - found.seconds < BUSY


def test_a_refused_request_is_counted_up_to_what_refused_it(url: str) -> None:
    """So what all share, and what comes last, is not used up by who was refused before."""
    limiter = RateLimiter(url)
    for _ in range(9):
        limiter.hit([NARROW, WIDE])
    assert [bool(limiter.hit([WIDE])) for _ in range(4)] == [False, False, False, True]


def test_a_refused_request_is_counted_in_the_windows_before(url: str) -> None:
    limiter = RateLimiter(url)
    indexes = [getattr(limiter.hit([WIDE, NARROW]), "index", None) for _ in range(7)]
    assert indexes == [None, None, 1, 1, 1, 0, 0]


def test_every_key_has_a_window_of_its_own(url: str) -> None:
    limiter = RateLimiter(url)
    assert not any(limiter.hit([FixedWindow(f"network {n}", 1, 60)]) for n in range(5))


def test_a_window_ends_and_another_begins(url: str) -> None:
    watch = Watch()
    limiter = RateLimiter(url, watch)
    assert [bool(limiter.hit([NARROW])) for _ in range(3)] == [False, False, True]
    watch.seconds += 61
    if url:
        Redis.from_url(url).expire(NARROW.key, 0)
    assert limiter.hit([NARROW]) is None


def test_a_full_window_is_known_until_it_ends(url: str) -> None:
    watch = Watch()
    limiter = RateLimiter(url, watch)
    assert not limiter.is_known_exceeded(NARROW)
    for _ in range(3):
        limiter.hit([NARROW])
    assert limiter.is_known_exceeded(NARROW)
    watch.seconds += 61
    assert not limiter.is_known_exceeded(NARROW)


def test_two_processes_count_together(emptied: str) -> None:
    one, other = RateLimiter(emptied), RateLimiter(emptied)
    found = [bool(limiter.hit([NARROW])) for limiter in (one, other, one)]
    assert found == [False, False, True]


def test_every_window_in_redis_ends_by_itself(emptied: str) -> None:
    RateLimiter(emptied).hit([NARROW, WIDE])
    redis = Redis.from_url(emptied)
    for window in (NARROW, WIDE):
        assert 0 <= window.seconds - int(redis.ttl(window.key)) < BUSY


def test_while_redis_is_away_each_process_counts_on_its_own(port: int) -> None:
    one, other = (RateLimiter(f"redis://127.0.0.1:{port}/0") for _ in range(2))
    assert [bool(one.hit([NARROW])) for _ in range(3)] == [False, False, True]
    assert other.hit([NARROW]) is None


def test_a_redis_that_is_back_counts_for_all_again(port: int) -> None:
    watch = Watch()
    limiter = RateLimiter(f"redis://127.0.0.1:{port}/0", watch)
    for _ in range(3):
        limiter.hit([NARROW])
    with servers.redis(port=port) as url:
        assert limiter.hit([NARROW]), "it is not asked at once"
        watch.seconds += RETRY_REDIS_AFTER
        assert limiter.hit([NARROW]) is None
        assert Redis.from_url(url).get("narrow") == b"1"


def test_a_redis_that_goes_away_in_mid_course_refuses_nobody(port: int) -> None:
    with servers.redis(port=port) as url:
        limiter = RateLimiter(url)
        assert limiter.hit([WIDE]) is None
    assert limiter.hit([WIDE]) is None
    with servers.redis(port=port):
        assert limiter.hit([WIDE]) is None


def test_a_redis_that_was_restarted_between_two_counts_counts_on(port: int) -> None:
    with servers.redis(port=port) as url:
        limiter = RateLimiter(url)
        limiter.hit([NARROW])
    with servers.redis(port=port) as url:
        assert limiter.hit([NARROW]) is None
        assert Redis.from_url(url).get("narrow") == b"1"


def test_threads_count_together(emptied: str) -> None:
    limiter, many = RateLimiter(emptied), FixedWindow("many", 50, 60)
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(limiter.hit, [[many]] * 60))
    assert sum(full is not None for full in found) == 10


def test_windows_that_have_ended_are_forgotten() -> None:
    """Who has many networks can't fill the memory with them."""
    watch = Watch()
    limiter = RateLimiter("", watch)
    for number in range(25_000):
        watch.seconds += 0.01
        limiter.hit([FixedWindow(f"network {number}", 1, 1)])
    assert len(limiter.in_memory) <= 10_000


def test_two_installations_on_one_redis_count_for_themselves(redis_url: str) -> None:
    window = FixedWindow("limit/shared/1/60", 1, 60)
    one, other = (RateLimiter(redis_url, prefix=f"{name}:") for name in ("one", "other"))
    assert one.hit([window]) is None
    assert other.hit([window]) is None
    assert one.hit([window]) is not None
