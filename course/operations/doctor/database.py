"""`letterpath doctor`: the database's revision, a write, and SQLite's release."""

import sqlite3
from collections.abc import Iterator

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from course.db.postgresql import Unsuitable
from course.operations import health, write_probe
from course.operations.doctor.check_result import CheckResult, Level
from course.runtime.process import Runtime

# Before this release SQLite could lose a committed transaction when a WAL file was reset while
# another connection was writing (https://sqlite.org/releaselog/3_51_3.html).
SAFE_SQLITE = (3, 51, 3)


def check_database(runtime: Runtime) -> Iterator[CheckResult]:
    yield from _revision(runtime)
    yield from _sqlite(runtime)


def _revision(runtime: Runtime) -> Iterator[CheckResult]:
    try:
        current = health.revision(runtime.engine)
    except SQLAlchemyError as error:
        yield CheckResult(
            Level.ERROR,
            "database",
            f"{_reason(error)}. Look at LETTERPATH_DATABASE_URL.",
        )
        return
    newest = health.newest()
    if current is None:
        yield CheckResult(Level.ERROR, "database", "has no tables yet. Run: letterpath migrate")
    elif current != newest:
        yield CheckResult(
            Level.ERROR,
            "database",
            f"is at revision {current}, the code at {newest}. Run: letterpath migrate",
        )
    else:
        yield CheckResult(
            Level.OK, "database", f"{runtime.engine.dialect.name}, revision {current}"
        )
        yield from _writing(runtime)


def _writing(runtime: Runtime) -> Iterator[CheckResult]:
    try:
        refused = write_probe.refusal(runtime.engine)
    except SQLAlchemyError as error:
        yield CheckResult(Level.ERROR, "writing", f"the database {_reason(error)}.")
        return
    if refused is not None:
        words = f"the database {refused.words}. {refused.remedy}."
        yield CheckResult(Level.ERROR, "writing", words)
    else:
        yield CheckResult(Level.OK, "writing", "the database takes it")


def _reason(error: SQLAlchemyError) -> str:
    """What an operator can mend is said in our own words; nobody else's are shown."""
    reason = getattr(error, "orig", None)
    if isinstance(reason, Unsuitable):
        return f"can't be used: {reason}"
    if isinstance(error, DBAPIError) and (refused := write_probe.reason(error)):
        return f"{refused.words}. {refused.remedy}"
    return f"can't be reached ({type(error).__name__})"


def _sqlite(runtime: Runtime) -> Iterator[CheckResult]:
    if runtime.engine.dialect.name == "sqlite" and sqlite3.sqlite_version_info < SAFE_SQLITE:
        yield CheckResult(
            Level.WARNING,
            "sqlite",
            f"{sqlite3.sqlite_version} has the WAL-reset bug, mended in "
            "3.51.3: a crash at a bad moment could damage the file. Use a Python "
            "with a newer SQLite, or PostgreSQL.",
        )
