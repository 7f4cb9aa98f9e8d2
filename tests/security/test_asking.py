"""What nobody pays for asks the database no more often than a limit says."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from tests.security.kit import browse
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


def test_whoever_is_refused_asks_the_database_nothing(world: World) -> None:
    for door in ("/courses/emotional-safety", "/journal/door", "/no-such-page"):
        while world.open(door).status_code != 429:
            pass
        with asked(world.runtime.engine) as statements:
            answer = world.open(door)
        assert (answer.status_code, statements) == (429, []), door


def test_a_thousand_probes_ask_the_database_as_seldom_as_a_few(world: World) -> None:
    with asked(world.runtime.engine) as statements:
        world.open("/readyz")
    once = len(statements)
    with asked(world.runtime.engine) as statements:
        answers = [browse(world, "/readyz") for _ in range(200)]
    assert {answer.status_code for answer in answers} == {200}
    assert len(statements) <= 20 * once, "about once a second"
