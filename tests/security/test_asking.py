"""What nobody pays for asks the database no more often than a limit says."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from redis import Redis
from sqlalchemy import Engine, event

from course.runtime.bell import Bell
from tests.security.kit import browse, let_in
from tests.support.world import World


@contextmanager
def asked(engine: Engine) -> Iterator[list[str]]:
    """Every statement that the database was sent meanwhile."""
    found: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def tries(redis_url: str) -> int:
    """How often Redis was tried by a write that is taken back."""
    found = Redis.from_url(redis_url).info("commandstats")
    return int(found.get("cmdstat_lrem", {"calls": 0})["calls"])


def test_whoever_is_refused_asks_the_database_nothing(world: World) -> None:
    """And yet it is told so under the name that the page has."""
    for door in ("/courses/emotional-safety", "/journal/link", "/no-such-page"):
        assert "CNT" in world.open(door).text
        assert 429 in (let_in(world.client, door, "GET") for _ in range(1_000)), door
        assert world.open(door).status_code == 429
        with asked(world.runtime.engine) as statements:
            answer = world.open(door)
        assert (answer.status_code, statements) == (429, []), door
        assert "<title>That was a little too fast · CNT</title>" in answer.text, door


def test_two_hundred_probes_ask_the_database_and_redis_once_a_second(
    world: World, redis_url: str
) -> None:
    world.runtime.bell = Bell(redis_url)
    with asked(world.runtime.engine) as statements:
        world.open("/readyz")
    once, tried, began = len(statements), tries(redis_url), monotonic()
    with asked(world.runtime.engine) as statements:
        answers = [browse(world, "/readyz") for _ in range(200)]
    looks = monotonic() - began + 1
    assert {answer.status_code for answer in answers} == {200}
    assert len(statements) <= looks * once
    assert tries(redis_url) - tried <= looks
