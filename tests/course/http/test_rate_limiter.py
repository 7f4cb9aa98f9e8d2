"""Windows: counted for all processes together, and by each on its own while Redis is away."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from redis import Redis

from course.http.rate_limiter import REST, Counter, Window
from tests.support import servers

NARROW, WIDE = Window("narrow", 2, 60), Window("wide", 5, 3600)


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
    counter = Counter(url)
    assert [bool(counter.count([NARROW])) for _ in range(4)] == [False, False, True, True]


def test_the_first_full_window_is_named_and_says_when_it_ends(url: str) -> None:
    counter = Counter(url)
    found = [counter.count([WIDE, NARROW]) for _ in range(3)][-1]
    assert found is not None
    assert found.place == 1
    assert 59 <= found.seconds <= 60


def test_a_refused_request_is_counted_up_to_what_refused_it(url: str) -> None:
    """So what all share, and what comes last, is not used up by who was refused before."""
    counter = Counter(url)
    for _ in range(9):
        counter.count([NARROW, WIDE])
    assert [bool(counter.count([WIDE])) for _ in range(4)] == [False, False, False, True]


def test_a_refused_request_is_counted_in_the_windows_before(url: str) -> None:
    counter = Counter(url)
    places = [getattr(counter.count([WIDE, NARROW]), "place", None) for _ in range(7)]
    assert places == [None, None, 1, 1, 1, 0, 0]


def test_every_key_has_a_window_of_its_own(url: str) -> None:
    counter = Counter(url)
    assert not any(counter.count([Window(f"network {n}", 1, 60)]) for n in range(5))


def test_a_window_ends_and_another_begins(url: str) -> None:
    counter, short = Counter(url), Window("short", 1, 1)
    assert [bool(counter.count([short])) for _ in range(2)] == [False, True]
    time.sleep(1.01)
    assert counter.count([short]) is None


def test_a_full_window_is_known_until_it_ends(url: str) -> None:
    watch = Watch()
    counter = Counter(url, watch)
    assert not counter.knows_full(NARROW)
    for _ in range(3):
        counter.count([NARROW])
    assert counter.knows_full(NARROW)
    watch.seconds += 61
    assert not counter.knows_full(NARROW)


def test_two_processes_count_together(emptied: str) -> None:
    one, other = Counter(emptied), Counter(emptied)
    found = [bool(counter.count([NARROW])) for counter in (one, other, one)]
    assert found == [False, False, True]


def test_every_window_in_redis_ends_by_itself(emptied: str) -> None:
    Counter(emptied).count([NARROW, WIDE])
    redis = Redis.from_url(emptied)
    assert [redis.ttl(key) for key in ("narrow", "wide")] == [60, 3600]


def test_while_redis_is_away_each_process_counts_on_its_own(port: int) -> None:
    one, other = (Counter(f"redis://127.0.0.1:{port}/0") for _ in range(2))
    assert [bool(one.count([NARROW])) for _ in range(3)] == [False, False, True]
    assert other.count([NARROW]) is None


def test_a_redis_that_is_back_counts_for_all_again(port: int) -> None:
    watch = Watch()
    counter = Counter(f"redis://127.0.0.1:{port}/0", watch)
    for _ in range(3):
        counter.count([NARROW])
    with servers.redis(port=port) as url:
        assert counter.count([NARROW]), "it is not asked at once"
        watch.seconds += REST
        assert counter.count([NARROW]) is None
        assert Redis.from_url(url).get("narrow") == b"1"


def test_a_redis_that_goes_away_in_mid_course_refuses_nobody(port: int) -> None:
    with servers.redis(port=port) as url:
        counter = Counter(url)
        assert counter.count([WIDE]) is None
    assert counter.count([WIDE]) is None
    with servers.redis(port=port):
        assert counter.count([WIDE]) is None


def test_a_redis_that_was_restarted_between_two_counts_counts_on(port: int) -> None:
    with servers.redis(port=port) as url:
        counter = Counter(url)
        counter.count([NARROW])
    with servers.redis(port=port) as url:
        assert counter.count([NARROW]) is None
        assert Redis.from_url(url).get("narrow") == b"1"


def test_threads_count_together(emptied: str) -> None:
    counter, many = Counter(emptied), Window("many", 50, 60)
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(counter.count, [[many]] * 60))
    assert sum(full is not None for full in found) == 10


def test_windows_that_have_ended_are_forgotten() -> None:
    """Who has many networks can't fill the memory with them."""
    watch = Watch()
    counter = Counter("", watch)
    for number in range(25_000):
        watch.seconds += 0.01
        counter.count([Window(f"network {number}", 1, 1)])
    assert len(counter.here) <= 10_000


def test_two_installations_on_one_redis_count_for_themselves(redis_url: str) -> None:
    window = Window("limit/shared/1/60", 1, 60)
    one, other = (Counter(redis_url, prefix=f"{name}:") for name in ("one", "other"))
    assert one.count([window]) is None
    assert other.count([window]) is None
    assert one.count([window]) is not None
