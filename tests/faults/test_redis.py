"""Redis is emptied, replaced, or gone for good while letters flow: it is a bell, and not the truth.

The whole of `python worker.py` runs, once for all of it: a clock, two workers, and a supervisor.
Every test has readers of its own, and begins with a Redis that is there.
"""

import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from redis import Redis

from tests.faults.scene import Scene, scene
from tests.faults.test_parts import arrived, wait_for_letters
from tests.support import forked, servers

LETTERS = 300

pytestmark = pytest.mark.usefixtures("nursery")


class Belfry:
    """Where the Redis stands, and what may happen to it."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._port = servers.free_port()
        self.url = f"redis://127.0.0.1:{self._port}/0"

    def empty(self) -> None:
        """And leave them a twentieth of a second before it can happen again."""
        Redis.from_url(self.url).flushall()
        time.sleep(0.05)

    def take_away(self) -> None:
        self._stack.close()

    def replace(self) -> None:
        """Another one, with nothing in it, at the same address."""
        self.take_away()
        self._stack.enter_context(servers.redis(port=self._port))


@pytest.fixture(scope="module")
def belfry() -> Iterator[Belfry]:
    with ExitStack() as stack:
        yield Belfry(stack)


@pytest.fixture(scope="module")
def running(
    belfry: Belfry, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("redis")
    file = shutil.copy(sqlite_template, folder / "letterpath.sqlite3")
    made = scene(folder, f"sqlite:///{file}")
    made.more["LETTERPATH_REDIS_URL"] = belfry.url
    belfry.replace()
    with made.recipient(slow=0.05), engine(made):
        yield made


@contextmanager
def engine(crowd: Scene) -> Iterator[None]:
    """`python worker.py --workers 2`, until the end of the block."""
    log = crowd.folder / "worker.log"
    process = forked.worker("--workers", "2", environment=crowd.environment, log=log)
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


@pytest.fixture
def crowd(running: Scene, belfry: Belfry) -> Scene:
    belfry.replace()
    running.enroll(LETTERS)
    return running


def every_letter_once(crowd: Scene) -> bool:
    """When the last answer has been recorded, too."""
    all_sent, give_up = {"sent": LETTERS}, time.monotonic() + 60
    while crowd.reckon().states != all_sent and time.monotonic() < give_up:
        time.sleep(0.1)
    at_the_server = arrived(crowd)
    return (len(at_the_server), max(at_the_server.values())) == (LETTERS, 1) and (
        crowd.reckon().states == all_sent
    )


def test_redis_is_emptied_twenty_times_a_second(crowd: Scene, belfry: Belfry) -> None:
    wait_for_letters(crowd, 20)
    wait_for_letters(crowd, LETTERS, patience=60, meanwhile=belfry.empty)
    assert every_letter_once(crowd)


def test_another_redis_takes_its_place(crowd: Scene, belfry: Belfry) -> None:
    wait_for_letters(crowd, 20)
    for _ in range(3):
        belfry.replace()
        time.sleep(0.5)
    wait_for_letters(crowd, LETTERS, patience=60)
    assert every_letter_once(crowd)


def test_redis_goes_for_good_in_the_middle(crowd: Scene, belfry: Belfry) -> None:
    wait_for_letters(crowd, 20)
    belfry.take_away()
    wait_for_letters(crowd, LETTERS, patience=60)
    assert every_letter_once(crowd)
