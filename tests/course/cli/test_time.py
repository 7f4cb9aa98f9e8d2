"""`letterpath time`: development alone travels."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.commands import run
from tests.support.terminal import invoke, production, url
from tests.support.world import World


def test_a_week_passes_and_a_lesson_comes(world: World, tmp_path: Path) -> None:
    world.enroll()
    begin = world.clock.at - datetime.now(UTC)
    settings = {"database_url": url(world), "state": str(tmp_path)}
    run("time", f"+{max(begin.days, 0) + 1}d", **settings)
    before = len(list((tmp_path / "mail").glob("*.eml")))
    done = run("time", "+7d", **settings)
    assert done.returncode == 0
    assert "It is " in done.stdout
    assert "The next letter comes on " in done.stdout
    assert len(list((tmp_path / "mail").glob("*.eml"))) > before


def test_the_time_machine_stops_at_the_next_letter(world: World, tmp_path: Path) -> None:
    world.enroll()
    settings = {"database_url": url(world), "state": str(tmp_path)}
    coming = run("time", **settings).stdout.splitlines()[1]
    arrived = run("time", "next", **settings).stdout.splitlines()[0]
    assert arrived.removeprefix("It is ") == coming.removeprefix("The next letter comes on ")


@pytest.mark.parametrize("ahead", ["7d", "+7 days", "+99999999999d", "yesterday"])
def test_a_journey_in_time_is_written_like_this(ahead: str) -> None:
    done = invoke("time", ahead)
    assert done.exit_code == 2
    assert "write +7d, +3h, +2w or next" in done.stderr


def test_nobody_travels_in_time_in_production(tmp_path: Path) -> None:
    done = run("time", "+7d", **production(tmp_path))
    assert done.returncode == 1
    assert "in development only" in done.stderr
