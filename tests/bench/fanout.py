"""Fanning out: a delivery for each of a million enrollments, against the bare INSERT … SELECT.

In the product's own tables, with their indexes and checks, in a fresh copy of the database for
each run. On PostgreSQL CPU and memory are the client's, and the server's work is in the time.
The ways, ours among them, are in peers/fan_out.py.
"""

import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import text

from course.db.engine import connect
from tests.bench import crowd
from tests.bench.contest import Effort, Failed, Run
from tests.bench.crowd import Copy, Database
from tests.bench.measure import Hall, Measure
from tests.bench.peers.fan_out import WAYS
from tests.bench.running import compiled, effort

ROWS = 1_000_000


@contextmanager
def _open(database: Database, hall: Hall) -> Iterator[Mapping[str, Run]]:
    rows = hall.letters or ROWS
    measured = compiled("measured", hall.installed / "bin")
    with database(hall.folder, rows, 1) as copy:
        yield {way: partial(_run, way, copy, rows, measured, hall.folder) for way in WAYS}


def _run(way: str, copy: Copy, rows: int, measured: Path, into: Path) -> Effort:
    """Raises `Failed` unless there are as many deliveries as enrollments."""
    with copy() as url, tempfile.TemporaryDirectory(dir=into) as folder:
        command = (sys.executable, "-m", "tests.bench.peers.fan_out", way, url)
        spent = effort(measured, command, rows, {}, Path(folder))
        if (written := _deliveries(url)) != rows:
            raise Failed(f"{written:,} of {rows:,} rows were written")
    return spent


def _deliveries(url: str) -> int:
    engine = connect(url)
    with engine.connect() as connection:
        written: int = connection.execute(text("SELECT count(*) FROM delivery")).scalar_one()
    engine.dispose()
    return written


def _measure(kind: str, database: Database) -> Measure:
    return Measure(
        name=f"fan-out-{kind.lower()}",
        summary=f"a million deliveries written on {kind}, against a bare INSERT … SELECT",
        unit="row",
        reference="INSERT SELECT",
        of="client",
        open=partial(_open, database),
    )


FAN_OUT_SQLITE = _measure("SQLite", crowd.on_sqlite)
FAN_OUT_POSTGRESQL = _measure("PostgreSQL", crowd.on_postgresql)
