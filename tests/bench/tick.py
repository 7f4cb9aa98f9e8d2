"""A tick of the clock: the same 500 due, among a thousand enrollments and among five million.

The time of a tick alone, as the worker sees it: the process is up, the database is open, and what
was written in the tick before is taken back again outside of the time.
"""

import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from tests.bench import crowd
from tests.bench.contest import Effort, Run
from tests.bench.crowd import Database
from tests.bench.cycle import environment
from tests.bench.measure import Hall, Measure
from tests.bench.running import compiled, effort, last_line

DUE = 500
TICKS = 20

FEW, MANY = 1_000, 5_000_000

# A tick writes letters, and sends none.
NOBODY = "smtp://127.0.0.1"


def _name(readers: int) -> str:
    return f"{readers:,} enrollments"


@contextmanager
def _open(database: Database, hall: Hall) -> Iterator[Mapping[str, Run]]:
    measured = compiled("measured", hall.installed / "bin")
    with ExitStack() as stack:
        runs = {}
        for readers in (FEW, MANY):
            hall.say(f"{_name(readers)}, {DUE} of them due.")
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=hall.folder)))
            copy = stack.enter_context(database(folder, readers, DUE))
            url = stack.enter_context(copy())
            runs[_name(readers)] = partial(_run, url, readers, measured, hall)
        yield runs


def _run(url: str, readers: int, measured: Path, hall: Hall) -> Effort:
    ticks = hall.letters or TICKS
    with tempfile.TemporaryDirectory(dir=hall.folder) as name:
        folder = Path(name)
        words = [str(word) for word in (ticks, DUE, readers // DUE)]
        command = (sys.executable, "-m", "tests.bench.peers.letterpath_tick", *words)
        settings = {**environment(url, folder), "LETTERPATH_MAIL_URL": NOBODY}
        spent = effort(measured, command, ticks, settings, folder)
        seconds, cpu = map(float, last_line((folder / "output.txt").read_text()).split())
    return replace(spent, seconds=seconds, cpu=cpu)


def _measure(kind: str, database: Database) -> Measure:
    return Measure(
        name=f"tick-{kind.lower()}",
        summary=f"a tick with {DUE} due on {kind}, however many enrollments there are",
        unit="tick",
        reference=_name(FEW),
        of="clock",
        open=partial(_open, database),
    )


TICK_SQLITE = _measure("SQLite", crowd.on_sqlite)
TICK_POSTGRESQL = _measure("PostgreSQL", crowd.on_postgresql)
