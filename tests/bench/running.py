"""Processes: started on the loopback, counted, and ended whatever happens."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.bench.contest import Effort, Failed
from tests.bench.measure import Missing
from tests.support.environment import ROOT, environment

SOURCES = Path(__file__).parent

# Seconds. Most runs take a few, the longest some minutes; one that takes so many hangs.
PATIENCE = 900

# What a contestant prints when its preparations are over; see peers/starting.py.
READY = "ready "


@dataclass(frozen=True, slots=True)
class Report:
    """What `measured` wrote down: see measured.c for the units."""

    begun: float
    ended: float
    cpu: float
    memory: int
    code: int

    @classmethod
    def read(cls, path: Path) -> "Report":
        begun, ended, cpu, kibibytes, code = path.read_text().split()
        return cls(float(begun), float(ended), float(cpu), int(kibibytes) * 1024, int(code))


def compiled(name: str, folder: Path) -> Path:
    """The program of `name`.c beside this file, built when it is first needed or has changed.

    Raises `Missing` without a C compiler.
    """
    source, program = SOURCES / f"{name}.c", folder / name
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        if not shutil.which("cc"):
            raise Missing("There is no C compiler; on Debian: apt install build-essential")
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cc", "-O2", "-o", program, source], check=True)
    return program


def effort(
    measured: Path, command: Sequence[str], units: int, environment: Mapping[str, str], folder: Path
) -> Effort:
    """Run the command to its end. Raises `Failed` where it ends badly, or not at all."""
    output = folder / "output.txt"
    with running([measured, folder / "report", *command], output, environment) as process:
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=PATIENCE)
        if process.returncode is None:
            raise Failed(f"was not done after {PATIENCE} seconds")
    said = output.read_text(errors="replace")
    report = Report.read(folder / "report")
    if report.code:
        raise Failed(f"ended with {report.code}, saying: {last_line(said)}")
    return counted(report, said, units)


def counted(report: Report, said: str, units: int) -> Effort:
    """From the moment it was ready, or from its start where it doesn't say."""
    since, before = report.begun, 0.0
    for line in said.splitlines():
        if line.startswith(READY):
            since, before = map(float, line.removeprefix(READY).split())
            break
    return Effort(units, report.ended - since, report.cpu - before, report.memory)


@contextmanager
def running(
    command: Sequence[str | Path], output: Path, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """In a group of its own, which ends with the block: by SIGTERM, and if need be by SIGKILL."""
    with output.open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**_inherited(), **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            _end(process)


def _inherited() -> dict[str, str]:
    """Nobody's own settings: every run of the product has its own."""
    return {**environment(), "PYTHONPATH": str(ROOT)}


def _end(process: subprocess.Popen[bytes]) -> None:
    for ending in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, ending)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
            return


def last_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
