"""The parts that a worker stands on are taken away under it: nothing is lost, nothing doubled."""

import os
import shutil
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from tests.conftest import fill
from tests.faults.scene import FULL, Scene, scene
from tests.support import servers

LETTERS = 300

pytestmark = pytest.mark.usefixtures("nursery")


@pytest.fixture
def crowd(tmp_path: Path, database_url: str) -> Scene:
    made = scene(tmp_path, database_url)
    made.enroll(LETTERS)
    return made


def arrived(crowd: Scene) -> Counter[str]:
    return Counter(crowd.log.read_text().split())


def wait_for_letters(
    crowd: Scene,
    count: int,
    patience: float = 30.0,
    meanwhile: Callable[[], object] = lambda: time.sleep(0.005),
) -> None:
    give_up = time.monotonic() + patience
    while crowd.taken() < count and time.monotonic() < give_up:
        meanwhile()


def test_a_worker_that_sleeps_through_its_lease_sends_nothing_twice(crowd: Scene) -> None:
    crowd.more["LETTERPATH_LEASE"] = "2"
    with crowd.recipient(slow=0.02):
        sleeper = crowd.worker()
        wait_for_letters(crowd, 20)
        os.kill(sleeper.pid or 0, signal.SIGSTOP)
        time.sleep(2.5)
        other = crowd.worker()
        other.join(timeout=60)
        assert crowd.taken() > 200, "the other one goes on"
        os.kill(sleeper.pid or 0, signal.SIGCONT)
        sleeper.join(timeout=60)
    found = crowd.reckon()
    assert max(arrived(crowd).values()) == 1
    assert (found.lost, found.states["attempting"]) == (0, 0), found
    assert found.states["sent"] + found.states["uncertain"] == LETTERS, found


def test_two_workers_and_their_clocks_share_the_letters(crowd: Scene) -> None:
    with crowd.recipient(slow=0.005):
        workers = [crowd.worker() for _ in range(3)]
        for worker in workers:
            worker.join(timeout=60)
    assert arrived(crowd) == Counter(dict.fromkeys(arrived(crowd), 1))
    assert crowd.reckon().states == {"sent": LETTERS}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sqlite_is_locked_by_somebody_else_for_a_while(crowd: Scene) -> None:
    with crowd.recipient(slow=0.005):
        worker = crowd.worker()
        wait_for_letters(crowd, 20)
        lock = sqlite3.connect(crowd.database_url.removeprefix("sqlite:///"), isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        time.sleep(2)
        lock.execute("ROLLBACK")
        worker.join(timeout=60)
    assert crowd.reckon().states == {"sent": LETTERS}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sqlite_is_locked_for_longer_than_anybody_waits(crowd: Scene) -> None:
    file = crowd.database_url.removeprefix("sqlite:///")
    if not FULL:
        crowd.database_url += "?timeout=0.3"
    with crowd.recipient(slow=0.005):
        worker = crowd.worker()
        wait_for_letters(crowd, 20)
        with closing(sqlite3.connect(file, isolation_level=None)) as lock:
            lock.execute("BEGIN IMMEDIATE")
            time.sleep(40 if FULL else 0)
            worker.join(timeout=60)
        assert worker.exitcode == 1, "it says that the file is locked"
        again = crowd.worker()
        again.join(timeout=60)
    assert max(arrived(crowd).values()) == 1
    found = crowd.reckon()
    assert (found.states, found.uncertain) == ({"sent": LETTERS}, 0), "what was begun was finished"


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, check=False).returncode:
        pytest.skip("only root can make a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_no_letter_leaves_that_can_not_be_noted(crowd: Scene) -> None:
    with crowd.recipient():
        with small_disk(crowd.folder / "logbooks", "40k"):  # no attempt log fits on it
            worker = crowd.worker()
            worker.join(timeout=60)
            assert worker.exitcode == 1, "it says that the disk is full"
            assert crowd.taken() == 0
        again = crowd.worker()
        again.join(timeout=60)
    assert "No space left" in (crowd.folder / "worker.log").read_text()
    assert crowd.reckon().states == {"sent": LETTERS}


def fill_up(disk: Path) -> Path:
    """A file that leaves no room for any other."""
    filler = disk / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    return filler


def test_the_disk_with_the_database_is_full_in_the_middle(
    tmp_path: Path, sqlite_template: Path
) -> None:
    disk = tmp_path / "disk"
    with small_disk(disk, "20m"):
        shutil.copy(sqlite_template, disk / "letterpath.sqlite3")
        crowd = scene(tmp_path, f"sqlite:///{disk / 'letterpath.sqlite3'}")
        crowd.enroll(LETTERS)
        with crowd.recipient(slow=0.01):
            worker = crowd.worker()
            wait_for_letters(crowd, 30)
            filler = fill_up(disk)
            worker.join(timeout=60)
            assert worker.exitcode == 1, "it says that the disk is full"
            assert 30 <= crowd.taken() < LETTERS
            filler.unlink()
            again = crowd.worker()
            again.join(timeout=60)
        assert "database or disk is full" in (tmp_path / "worker.log").read_text()
        assert max(arrived(crowd).values()) == 1
        assert crowd.reckon().states == {"sent": LETTERS}, "the attempt log knew what went out"


def test_postgresql_is_restarted_in_the_middle(
    tmp_path: Path, own_postgres: tuple[str, list[str]]
) -> None:
    uri, restart = own_postgres
    url = servers.new_database(uri, "crowd")
    fill(url)
    crowd = scene(tmp_path, url)
    crowd.enroll(LETTERS)
    with crowd.recipient(slow=0.01):
        worker = crowd.worker()
        wait_for_letters(crowd, 30)
        subprocess.run(restart, check=True, capture_output=True, cwd="/")
        worker.join(timeout=60)
        again = crowd.worker()
        again.join(timeout=60)
    found = crowd.reckon()
    assert max(arrived(crowd).values()) == 1
    assert found.states == {"sent": LETTERS}, "the attempt log knew what the database didn't"
