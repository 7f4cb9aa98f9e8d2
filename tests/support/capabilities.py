"""Files and folders that can't be written for a while, for root as for anybody else."""

import ctypes
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# linux/capability.h: the version whose sets are two words of 32 bits, and CAP_DAC_OVERRIDE.
_VERSION, _OVERRIDE = 0x20080522, 1 << 1


@contextmanager
def obeyed() -> Iterator[None]:
    """This thread obeys permission bits, though it be root's."""
    libc = ctypes.CDLL(None, use_errno=True)
    head, sets = (ctypes.c_uint32 * 2)(_VERSION, 0), (ctypes.c_uint32 * 6)()
    assert libc.capget(head, sets) == 0
    effective = sets[0]
    sets[0] = effective & ~_OVERRIDE
    assert libc.capset(head, sets) == 0
    try:
        yield
    finally:
        sets[0] = effective
        assert libc.capset(head, sets) == 0


@contextmanager
def read_only(*paths: Path) -> Iterator[None]:
    """For whoever obeys permission bits."""
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in paths}
    for path, mode in modes.items():
        path.chmod(mode & ~0o222)
    try:
        yield
    finally:
        for path, mode in modes.items():
            if path.exists():
                path.chmod(mode)


@contextmanager
def no_room() -> Iterator[None]:
    """No file of this process may grow: what a full disk and a quota do (EFBIG)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
