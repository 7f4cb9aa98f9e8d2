"""Nothing is sent any more, and somebody is told: by the database's own times."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from course.cli.terminal import tables
from course.db.transactions import reading
from course.operations import health, metrics
from course.operations.doctor import checks, deliveries
from course.operations.status import Status, read_status
from course.runtime.bell import Bell
from course.scheduling import clock_loop
from tests.support import servers
from tests.support.world import World

TUESDAY = datetime(2026, 12, 8, 18, 30, tzinfo=UTC)
LATE = timedelta(minutes=40)


@pytest.fixture(scope="module")
def own_redis() -> Iterator[str]:
    """One that may be broken."""
    with servers.redis() as url:
        yield url


def status(world: World) -> Status:
    with reading(world.runtime.engine) as session:
        return read_status(session, world.clock.now())


def doctor(world: World) -> set[tuple[str, str]]:
    return {(finding.level, finding.part) for finding in deliveries.check_deliveries(world.runtime)}


def test_a_reader_whose_hour_has_come_is_late_though_no_clock_wrote_a_row(world: World) -> None:
    world.enroll()
    world.clock.at = TUESDAY + LATE
    assert status(world).unwritten == LATE
    assert ("trouble", "clock") in doctor(world)
    assert "no clock has looked lately" in world.open("/readyz").text
    shown = metrics.exposition(status(world), None)
    assert "letterpath_oldest_due_seconds 2400\n" in shown
    assert "letterpath_unwritten_seconds 2400\n" in shown


def test_a_request_that_nobody_answers_is_late(world: World) -> None:
    world.press("/courses/emotional-safety/sign-ups", address="ada@example.org")
    world.clock.at += LATE
    assert status(world).unwritten == LATE
    assert ("trouble", "clock") in doctor(world)


def test_a_letter_that_no_worker_takes_is_late(world: World) -> None:
    world.press("/courses/emotional-safety/sign-ups", address="ada@example.org")
    clock_loop.write_due(world.runtime)
    world.clock.at += LATE
    assert status(world).unwritten is None
    assert "nobody carries letters" in world.open("/readyz").text


def test_where_a_clock_looks_nobody_is_late(world: World) -> None:
    world.enroll()
    world.clock.at = TUESDAY
    world.settle()
    clock_loop.tick(world.runtime)
    assert status(world).unwritten is None
    assert ("trouble", "clock") not in doctor(world)
    assert world.open("/readyz").status_code == 200


@pytest.mark.parametrize(
    ("breaks", "mends", "words"),
    [
        (("CONFIG SET", "maxmemory", "1"), ("CONFIG SET", "maxmemory", "0"), "maxmemory"),
        (("REPLICAOF", "127.0.0.1", "1"), ("REPLICAOF", "NO", "ONE"), "read only replica"),
    ],
)
def test_a_redis_that_pings_and_takes_nothing_is_trouble(
    world: World, own_redis: str, breaks: tuple[str, ...], mends: tuple[str, ...], words: str
) -> None:
    world.runtime.bell = bell = Bell(own_redis)
    bell.redis.execute_command(*breaks)  # type: ignore[no-untyped-call]
    assert bell.redis.ping()
    found = next(one for one in checks.check_all(world.runtime) if one.part == "redis")
    ready = world.open("/readyz").text
    bell.redis.execute_command(*mends)  # type: ignore[no-untyped-call]
    assert (found.level, words in found.words) == ("trouble", True)
    assert "degraded: Redis takes nothing" in ready
    assert health.redis_trouble(world.runtime) is None
    assert bell.redis.keys("*probe*") == []


def test_a_disk_that_is_nearly_full_is_trouble(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert health.room(world.runtime.settings) is None
    monkeypatch.setattr(health, "LOW_SPACE", 10**12)
    assert "nearly full" in (health.room(world.runtime.settings) or "")
    assert ("trouble", "disk") in {
        (finding.level, finding.part) for finding in checks.check_all(world.runtime)
    }


def test_a_state_folder_that_cannot_be_written_is_trouble(world: World) -> None:
    frozen = world.runtime.settings.model_copy(update={"state": Path("/proc/self")})
    assert "can't be written" in (health.room(frozen) or "")


def test_what_is_piped_is_not_padded(capsys: pytest.CaptureFixture[str]) -> None:
    table = tables.table("letters", "words")
    table.add_row("1", "few")
    table.add_row("2", "x" * 200)
    tables.show(table)
    lines = capsys.readouterr().out.splitlines()
    assert [line.rstrip() for line in lines] == lines
    assert len(lines) == 3
