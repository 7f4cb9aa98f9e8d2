"""Fanning out: a delivery for each of a million enrollments, against the bare INSERT … SELECT.

In the product's own tables, with their indexes and checks, in a fresh copy of the database for
each run. On PostgreSQL CPU and memory are the client's, and the server's work is in the time.
The ways, ours among them, are in peers/fan_out.py.
"""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import text

from course.db import connect
from tests import servers
from tests.bench.contest import Effort, Failed, Run
from tests.bench.measure import Hall, Measure
from tests.bench.peers.fan_out import WAYS
from tests.bench.running import compiled, effort
from tests.conftest import fill

ROWS = 1_000_000

NUMBERS = {
    "sqlite": "WITH RECURSIVE numbers(n) AS "
    "(SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :rows)",
    "postgresql": "WITH numbers(n) AS (SELECT generate_series(1, :rows))",
}
SUBSCRIBERS = """
    INSERT INTO subscriber (address, address_key, first_name, zone, state, newsletters, created_at)
    {numbers}
    SELECT 'reader' || n || '@example.org', 'reader' || n || '@example.org', 'Ada', 'UTC',
           'confirmed', true, CURRENT_TIMESTAMP
    FROM numbers
"""
ENROLLMENTS = """
    INSERT INTO enrollment (subscriber_id, course_id, state, round, done, created_at)
    SELECT id, (SELECT min(id) FROM course), 'active', 1, '[]', CURRENT_TIMESTAMP FROM subscriber
"""

# Opens a copy of the full database, by URL, for one run.
Copy = Callable[[], AbstractContextManager[str]]


@contextmanager
def _open(
    databases: Callable[[Path, int], AbstractContextManager[Copy]], hall: Hall
) -> Iterator[Mapping[str, Run]]:
    rows = hall.letters or ROWS
    if len(WAYS) == 1:
        hall.say("The product has no way in tests/bench/peers/fan_out.py yet: the yardstick alone.")
    measured = compiled("measured", hall.installed / "bin")
    with databases(hall.folder, rows) as copy:
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


def _enroll(url: str, rows: int) -> None:
    """The tables, the course, and so many active enrollments."""
    fill(url)
    engine = connect(url)
    numbers = NUMBERS[engine.dialect.name]
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(text(SUBSCRIBERS.format(numbers=numbers)), {"rows": rows})
        connection.execute(text(ENROLLMENTS))
    engine.dispose()


@contextmanager
def _sqlite(folder: Path, rows: int) -> Iterator[Copy]:
    full = folder / "full.sqlite3"
    _enroll(f"sqlite:///{full}", rows)

    @contextmanager
    def copy() -> Iterator[str]:
        with tempfile.TemporaryDirectory(dir=folder) as own:
            shutil.copy(full, Path(own) / "copy.sqlite3")
            yield f"sqlite:///{own}/copy.sqlite3"

    yield copy


@contextmanager
def _postgresql(_folder: Path, rows: int) -> Iterator[Copy]:
    with servers.postgres() as uri:
        _enroll(servers.new_database(uri, "full"), rows)
        _tidy(uri.replace("/postgres?", "/full?", 1), "VACUUM ANALYZE")

        @contextmanager
        def copy() -> Iterator[str]:
            url = servers.new_database(uri, "copy", "full")
            # What the copying left to do must not be done on the contestant's time.
            _tidy(uri, "CHECKPOINT")
            try:
                yield url
            finally:
                servers.drop_database(uri, "copy")

        yield copy


def _tidy(url: str, command: str) -> None:
    engine = connect(url).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(command))
    engine.dispose()


FAN_OUT_SQLITE = Measure(
    name="fan-out-sqlite",
    summary="a million deliveries written on SQLite, against a bare INSERT … SELECT",
    unit="row",
    reference="INSERT SELECT",
    of="client",
    open=partial(_open, _sqlite),
)

FAN_OUT_POSTGRESQL = Measure(
    name="fan-out-postgresql",
    summary="a million deliveries written on PostgreSQL, against a bare INSERT … SELECT",
    unit="row",
    reference="INSERT SELECT",
    of="client",
    open=partial(_open, _postgresql),
)
