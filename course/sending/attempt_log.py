"""The attempt log: a file for each claim, in which a worker logs each attempt's start and result.

A line is a few bytes written to a memory map of the file: it outlives the process, and costs a
fraction of a microsecond where a commit costs thousands. So after a worker's death it is known of
every letter of its claim whether it was begun, and what the server said; uncertain are only those
in the middle, one for each connection. After a crash of the machine a missing line proves nothing
(the file names the boot).

A running worker holds an exclusive `flock` on its file; one that can be locked is abandoned. The
folder is called `logbooks`, by which a worker of an earlier version left its files.
"""

import errno
import fcntl
import mmap
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from course.models import DeliveryState
from course.outbox.deliveries import Outcome
from course.runtime.clock import SystemClock

# Seconds in which a dead worker's last commit may still arrive: it was on its way to the database.
COMMIT_DELAY = 60.0

# Bytes by which a file grows: a hundred for each letter of a large claim.
CHUNK = 65_536

_BOOT = Path("/proc/sys/kernel/random/boot_id")


class AttemptLog:
    """One claim's log, open for writing. `token` is the claim's, and the file's name."""

    def __init__(self, folder: Path, token: str) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = folder / f"{token}.log"
        aside = folder / f".{token}"
        self._file = os.open(aside, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX)
            self._size = self._end = 0
            self._pages = self._grow()
            self._write(f"boot {boot_id()}\n".encode())
        except OSError:
            os.close(self._file)
            aside.unlink()
            raise
        # It has its name only once it has its lock, or it could be taken for an abandoned one.
        aside.rename(self.path)

    def start(self, delivery_id: int) -> None:
        """Before the first byte of the letter leaves. Raises `OSError`, and it must not leave."""
        self._write(b"+%d\n" % delivery_id)

    def finish(self, outcome: Outcome) -> None:
        """As soon as the server has answered. Raises `OSError`."""
        self._write(_line(outcome).encode())

    def delete(self) -> None:
        """Once all of it is in the database."""
        self.path.unlink(missing_ok=True)
        self.release()

    def release(self) -> None:
        """Give up the lock: the next `recovering.replay` records what the file says."""
        if self._file >= 0:
            self._pages.close()
            os.close(self._file)
            self._file = -1

    def _write(self, note: bytes) -> None:
        end = self._end + len(note)
        while end > self._size:
            self._pages = self._grow()
        self._pages[self._end : end] = note
        self._end = end

    def _grow(self) -> mmap.mmap:
        """Room on the disk is taken beforehand: a full one is an error here, not a crash later."""
        if os.pwrite(self._file, bytes(CHUNK), self._size) < CHUNK:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))
        self._size += CHUNK
        return mmap.mmap(self._file, self._size)


@dataclass(frozen=True)
class AttemptRecord:
    """What an attempt log says. `complete`: a letter that it doesn't name was never begun.

    `fresh`: written to less than `COMMIT_DELAY` ago, so its claim's commit may come after it.
    """

    token: str
    complete: bool
    fresh: bool
    begun: set[int] = field(default_factory=set)
    results: dict[int, Outcome] = field(default_factory=dict)


def abandoned(folder: Path) -> Iterator[AttemptRecord]:
    """The logs of workers that have died, each locked while the caller has it."""
    for path in folder.glob(".*"):
        # Its worker died before the file had its name, so nothing was claimed under it.
        with suppress(FileNotFoundError):
            if not _is_fresh(path.stat()):
                path.unlink()
    for path in sorted(folder.glob("*.log")):
        # Gone, or a running worker's.
        with suppress(FileNotFoundError, BlockingIOError), path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            fresh = _is_fresh(os.fstat(file.fileno()))
            yield _read(path.stem, fresh, file.read().decode("utf-8", "replace"))


def delete(folder: Path, token: str) -> None:
    (folder / f"{token}.log").unlink(missing_ok=True)


@cache
def boot_id() -> str:
    """Which start of the machine this is; empty where that can't be told."""
    return _BOOT.read_text().strip() if _BOOT.exists() else ""


def _is_fresh(file: os.stat_result) -> bool:
    return abs(SystemClock().now().timestamp() - file.st_mtime) < COMMIT_DELAY


def _read(token: str, fresh: bool, text: str) -> AttemptRecord:
    header, *lines = text.rstrip("\0").split("\n")
    found = AttemptRecord(token, bool(boot_id()) and header == f"boot {boot_id()}", fresh)
    # The last piece is a line that was never finished, or nothing.
    for line in lines[:-1]:
        if line.startswith("+"):
            found.begun.add(int(line[1:]))
        elif line.startswith("="):
            outcome = _outcome(line[1:])
            found.results[outcome.id] = outcome
    return found


def _line(outcome: Outcome) -> str:
    id_, fence, state, words, try_at, sent_at, nobody = outcome
    stamps = f"{_stamp(try_at)} {_stamp(sent_at)}"
    return f"={id_} {fence} {state} {stamps} {nobody:d} {' '.join(words.split())}\n"


def _outcome(line: str) -> Outcome:
    id_, fence, state, try_at, sent_at, nobody, words = line.split(" ", 6)
    return Outcome(
        int(id_),
        int(fence),
        DeliveryState(state),
        words,
        _moment(try_at),
        _moment(sent_at),
        nobody == "1",
    )


def _stamp(at: datetime | None) -> str:
    return "-" if at is None else repr(at.timestamp())


def _moment(stamp: str) -> datetime | None:
    return None if stamp == "-" else datetime.fromtimestamp(float(stamp), UTC)
