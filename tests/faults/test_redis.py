"""Redis is emptied, replaced, or gone for good while letters flow: it is a bell, and not the truth.

The whole of `python worker.py` runs: a clock, two workers, and a supervisor.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from redis import Redis

from tests.faults.scene import Scene, scene
from tests.faults.test_parts import arrived, wait_for_letters
from tests.support import servers

ROOT = Path(__file__).parents[2]
LETTERS = 300

pytestmark = [
    pytest.mark.usefixtures("nursery"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


class Belfry:
    """Where the Redis stands, and what may happen to it."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self.url = stack.enter_context(servers.redis())

    def empty(self) -> None:
        """And leave them a twentieth of a second before it can happen again."""
        Redis.from_url(self.url).flushall()
        time.sleep(0.05)

    def take_away(self) -> None:
        self._stack.close()

    def replace(self) -> None:
        """Another one, with nothing in it, at the same address."""
        self.take_away()
        self._stack.enter_context(servers.redis(port=urlsplit(self.url).port))


@pytest.fixture
def belfry() -> Iterator[Belfry]:
    with ExitStack() as stack:
        yield Belfry(stack)


@pytest.fixture
def crowd(tmp_path: Path, database_url: str, belfry: Belfry) -> Scene:
    made = scene(tmp_path, database_url)
    made.more["LETTERPATH_REDIS_URL"] = belfry.url
    made.enroll(LETTERS)
    return made


@contextmanager
def engine(crowd: Scene) -> Iterator[None]:
    """`python worker.py --workers 2`, until the end of the block."""
    with (crowd.folder / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "worker.py", "--workers", "2"],
            cwd=ROOT,
            env=crowd.environment,
            start_new_session=True,
            stderr=log,
        )
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=30)


def every_letter_once(crowd: Scene) -> bool:
    at_the_server = arrived(crowd)
    return (len(at_the_server), max(at_the_server.values())) == (LETTERS, 1) and (
        crowd.reckon().states == {"sent": LETTERS}
    )


def test_redis_is_emptied_twenty_times_a_second(crowd: Scene, belfry: Belfry) -> None:
    with crowd.recipient(slow=0.02), engine(crowd):
        wait_for_letters(crowd, 20)
        wait_for_letters(crowd, LETTERS, patience=60, meanwhile=belfry.empty)
    assert every_letter_once(crowd)


def test_another_redis_takes_its_place(crowd: Scene, belfry: Belfry) -> None:
    with crowd.recipient(slow=0.02), engine(crowd):
        wait_for_letters(crowd, 20)
        for _ in range(3):
            belfry.replace()
            time.sleep(0.5)
        wait_for_letters(crowd, LETTERS, patience=60)
    assert every_letter_once(crowd)


def test_redis_goes_for_good_in_the_middle(crowd: Scene, belfry: Belfry) -> None:
    with crowd.recipient(slow=0.02), engine(crowd):
        wait_for_letters(crowd, 20)
        belfry.take_away()
        wait_for_letters(crowd, LETTERS, patience=60)
    assert every_letter_once(crowd)
