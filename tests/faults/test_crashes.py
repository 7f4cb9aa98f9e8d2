"""Workers that are killed in the middle of their work: nothing lost, nothing doubled unnoted.

After each death at most one letter a connection is uncertain.
"""

import json
import random
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from tests.faults.scene import CONNECTIONS, FULL, Reckoning, Scene, scene

pytestmark = pytest.mark.usefixtures("nursery")

KILLS, LETTERS = (1_000, 10_000) if FULL else (12, 200)
FEW = 120

MOMENTS = ["mail:3", "rcpt:9", "data:12", "half:15", "end:20", "after:25"]
COMMITS = [f"{when}:{number}" for when in ("before", "after") for number in (1, 4, 7, 9)]


@pytest.fixture
def crowd(tmp_path: Path, database_url: str) -> Scene:
    made = scene(tmp_path, database_url)
    made.enroll(FEW)
    return made


def finish(crowd: Scene) -> Reckoning:
    """The next worker, until nothing is due."""
    assert ends(crowd.worker()) == 0
    return crowd.reckon()


def ends(worker: BaseProcess) -> int | None:
    worker.join(timeout=300)
    return worker.exitcode


def hold(found: Reckoning, letters: int, deaths: int) -> None:
    assert found.letters == letters
    assert (found.lost, found.doubled) == (0, 0), found
    assert found.uncertain <= deaths * CONNECTIONS, found


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_worker_that_dies_in_the_middle_of_a_conversation(crowd: Scene, moment: str) -> None:
    with crowd.recipient(kill=moment):
        assert ends(crowd.worker()) == -9, "it died"
        hold(finish(crowd), FEW, deaths=1)


@pytest.mark.parametrize("moment", COMMITS)
def test_a_worker_that_dies_beside_a_commit(crowd: Scene, moment: str) -> None:
    with crowd.recipient():
        assert ends(crowd.worker(MORTAL_COMMIT=moment)) == -9, "it died"
        hold(finish(crowd), FEW, deaths=1)


def test_workers_that_die_again_and_again(tmp_path: Path, database_url: str) -> None:
    """Each of them in the middle of sending, wherever that is."""
    crowd = scene(tmp_path, database_url)
    crowd.enroll(LETTERS)
    began, dice, deaths = time.monotonic(), random.Random(7), 0
    with crowd.recipient(slow=0.002):
        for _ in range(KILLS):
            worker, enough = crowd.worker(), crowd.taken() + dice.randint(1, 12)
            while worker.is_alive() and crowd.taken() < enough:
                time.sleep(0.001)
            worker.kill()
            deaths += ends(worker) == -9
        found = finish(crowd)
    tell(database_url, deaths, found, time.monotonic() - began)
    hold(found, LETTERS, deaths)
    assert deaths > KILLS * 0.6


def tell(database_url: str, deaths: int, found: Reckoning, seconds: float) -> None:
    """The figures, for docs/reliability.md."""
    line = {
        "database": database_url.partition(":")[0],
        "kills": deaths,
        "letters": found.letters,
        "lost": found.lost,
        "doubled": found.doubled,
        "uncertain": found.uncertain,
        "states": found.states,
        "seconds": round(seconds),
    }
    folder = Path("var/faults")
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(exist_ok=True)
    with (folder / "crashes.jsonl").open("a") as file:
        file.write(json.dumps(line) + "\n")
