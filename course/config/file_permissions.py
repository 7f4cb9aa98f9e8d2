"""What we write is for our own account alone: addresses and journals are in it."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url

OTHERS, GROUP_AND_OTHERS = 0o007, 0o077

# What SQLite keeps beside a database, under its name.
BESIDE = ("", "-wal", "-shm", "-journal")


def keep_private() -> None:
    """From here on: files 0600, folders 0700. For every process, before it writes anything."""
    os.umask(GROUP_AND_OTHERS)


def database_files(url: str) -> list[Path]:
    """Those of a SQLite database that are there; none for a server or in memory."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return []
    found = (Path(f"{parsed.database}{ending}") for ending in BESIDE)
    return [path for path in found if path.is_file()]


def close(files: list[Path]) -> None:
    """Take from group and others what they may do: the umask of an older start is still there."""
    for path in files:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & GROUP_AND_OTHERS:
            path.chmod(mode & ~GROUP_AND_OTHERS)


def exposed(files: list[Path], folders: list[Path], lent: list[Path]) -> Iterator[tuple[Path, int]]:
    """What others can get at, and the mode that it should have; the mode of a folder is 0700.

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
