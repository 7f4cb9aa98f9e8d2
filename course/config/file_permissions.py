"""Files and folders that no other account may read: addresses and journals are in them."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url

OTHERS, GROUP_AND_OTHERS = 0o007, 0o077

# What SQLite appends to a database's name: its own file, write-ahead log, shared memory, journal.
SUFFIXES = ("", "-wal", "-shm", "-journal")


def set_umask() -> None:
    """New files are 0600, new folders 0700: for every process, before it writes anything."""
    os.umask(GROUP_AND_OTHERS)


def database_files(url: str) -> list[Path]:
    """Those of a SQLite database that are there; none for a server or in memory."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return []
    found = (Path(f"{parsed.database}{suffix}") for suffix in SUFFIXES)
    return [path for path in found if path.is_file()]


def make_private(files: list[Path]) -> None:
    """Remove all permissions of group and others, which an older start's umask may have left."""
    for path in files:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & GROUP_AND_OTHERS:
            path.chmod(mode & ~GROUP_AND_OTHERS)


def exposed(files: list[Path], folders: list[Path], lent: list[Path]) -> Iterator[tuple[Path, int]]:
    """Paths that other accounts can get at, each with the mode that it should have.

    `lent` are files that a group may share with us, such as keys that root keeps.
    """
    for path in files:
        if path.exists() and path.stat().st_mode & GROUP_AND_OTHERS:
            yield path, 0o600
    for path in folders:
        if path.exists() and path.stat().st_mode & GROUP_AND_OTHERS:
            yield path, 0o700
    for path in lent:
        if path.exists() and path.stat().st_mode & OTHERS:
            yield path, 0o640
