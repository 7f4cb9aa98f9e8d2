"""What a server's processes have used so far: from /proc, because a server does not end."""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Usage:
    """`cpu` in seconds, user and system; `memory` in bytes, each process at its own peak."""

    cpu: float
    memory: int


def usage(group: int) -> Usage:
    """Of all processes in the group; pages that they share count for each."""
    found = [stat for stat in map(_stat, _processes()) if stat and int(stat[2]) == group]
    ticks = sum(int(stat[11]) + int(stat[12]) for stat in found)
    return Usage(ticks / TICKS, sum(_peak(Path("/proc", stat[-1])) for stat in found))


def _processes() -> list[Path]:
    return [path for path in Path("/proc").iterdir() if path.name.isdigit()]


def _stat(process: Path) -> list[str] | None:
    """The fields of proc(5) from the third on (state, parent, group …), and the process's id."""
    with suppress(OSError):
        return [*(process / "stat").read_text().rpartition(")")[2].split(), process.name]
    return None


def _peak(process: Path) -> int:
    with suppress(OSError):
        for line in (process / "status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0
