"""A database with a million readers in a course, of whom some thousands are due now."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, text

from course.db.engine import connect
from tests.conftest import fill
from tests.support import servers

# Opens a copy of the full database, by URL, for one run.
Copy = Callable[[], AbstractContextManager[str]]

# `on_sqlite` and `on_postgresql`: a folder, how many readers, how many of them due.
Database = Callable[[Path, int, int], AbstractContextManager[Copy]]

SUPPRESSED = 10_000

# Minutes: none of the others may come due while it is measured, and all of them do in a week.
LEAD = 240
SPREAD = 10_000

NUMBERS = {
    "sqlite": "WITH RECURSIVE numbers(n) AS "
    "(SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :rows)",
    "postgresql": "WITH numbers(n) AS (SELECT generate_series(1, CAST(:rows AS bigint)))",
}
LATER = {
    "sqlite": "datetime(:now, '+' || (:lead + n * 719 % :spread) || ' minutes') || '.000000'",
    "postgresql": "CAST(:now AS timestamptz) + (:lead + n * 719 % :spread) * interval '1 minute'",
}
MOMENT = {"sqlite": "{}", "postgresql": "CAST({} AS timestamptz)"}

SUBSCRIBERS = """
    INSERT INTO subscriber (id, address, address_key, first_name, state, created_at)
    {numbers}
    SELECT n, 'reader' || n || '@example.org', 'reader' || n || '@example.org', 'Ada',
           'confirmed', {now}
    FROM numbers
"""
ENROLLMENTS = """
    INSERT INTO enrollment (id, subscriber_id, course_id, state, round, done, zone, next_send_at,
                            created_at)
    {numbers}
    SELECT n, n, (SELECT min(id) FROM course), 'active', 1, '[]', 'Europe/Berlin',
           CASE WHEN n % :every = 0 THEN {due} ELSE {later} END, {now}
    FROM numbers
"""
SUBSCRIPTIONS = """
    INSERT INTO subscription (id, subscriber_id, newsletter_id, state, zone, wording, place)
    {numbers}
    SELECT n, n, (SELECT min(id) FROM newsletter), 'active', 'Europe/Berlin', 'Yes.', '/'
    FROM numbers
"""
SUPPRESSIONS = """
    INSERT INTO suppression (address_key, reason, since)
    {numbers}
    SELECT 'nobody' || n || '@example.org', 'bounce', {now} FROM numbers
"""


def gather(url: str, readers: int, due: int) -> None:
    """`due` of the readers wait for their first lesson, spread evenly over the table."""
    fill(url)
    engine = connect(url)
    now = datetime.now(UTC).replace(microsecond=0)
    kind = engine.dialect.name
    moment = MOMENT[kind].format
    words = {
        "numbers": NUMBERS[kind],
        "later": LATER[kind],
        "due": moment(":due"),
        "now": moment(":now"),
    }
    given = {
        "rows": readers,
        "every": readers // due,
        "lead": LEAD,
        "spread": SPREAD,
        "now": _stored(engine, now),
        "due": _stored(engine, now - timedelta(minutes=1)),
    }
    with engine.execution_options(writes=True).begin() as connection:
        for statement in (SUBSCRIBERS, ENROLLMENTS, SUBSCRIPTIONS):
            connection.execute(text(statement.format(**words)), given)
        connection.execute(text(SUPPRESSIONS.format(**words)), {**given, "rows": SUPPRESSED})
    engine.dispose()


@contextmanager
def on_sqlite(folder: Path, readers: int, due: int) -> Iterator[Copy]:
    full = folder / "crowd.sqlite3"
    gather(f"sqlite:///{full}", readers, due)

    @contextmanager
    def copy() -> Iterator[str]:
        with tempfile.TemporaryDirectory(dir=folder) as own:
            shutil.copy(full, Path(own) / "copy.sqlite3")
            yield f"sqlite:///{own}/copy.sqlite3"

    yield copy


@contextmanager
def on_postgresql(_folder: Path, readers: int, due: int) -> Iterator[Copy]:
    with servers.postgres() as uri:
        gather(servers.new_database(uri, "crowd"), readers, due)
        tidy(uri.replace("/postgres?", "/crowd?", 1), "VACUUM ANALYZE")

        @contextmanager
        def copy() -> Iterator[str]:
            url = servers.new_database(uri, "copy", "crowd")
            # What the copying left to do must not be done on the contestant's time.
            tidy(uri, "CHECKPOINT")
            try:
                yield url
            finally:
                servers.drop_database(uri, "copy")

        yield copy


def tidy(url: str, command: str) -> None:
    engine = connect(url).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(command))
    engine.dispose()


def _stored(engine: Engine, at: datetime) -> str:
    if engine.dialect.name == "postgresql":
        return at.isoformat()
    return at.replace(tzinfo=None).isoformat(" ", "microseconds")
