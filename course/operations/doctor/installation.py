"""`letterpath doctor`: every part looked at, and what to do about each finding."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from redis.exceptions import RedisError, ResponseError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlmodel import Session

from course.authoring import publishing
from course.authoring.publishing import NotPublishable
from course.config import dkim_keys, file_permissions
from course.db.postgresql import Unsuitable
from course.db.sessions import reading
from course.letters import catalogue
from course.operations import health, write_probe
from course.operations.doctor import readers
from course.operations.doctor.delivery_chain import CheckResult, check_deliveries
from course.runtime.process import Runtime
from emails.errors import EmailError
from sequences import files

# Before this release SQLite could lose a committed transaction when a WAL file was reset while
# another connection was writing (https://sqlite.org/releaselog/3_51_3.html).
SAFE_SQLITE = (3, 51, 3)


def check_installation(runtime: Runtime) -> list[CheckResult]:
    return [
        *_database(runtime),
        *_sqlite(runtime),
        *_files(runtime),
        *_room(runtime),
        *_redis(runtime),
        *_mail(runtime),
        *_dkim(runtime),
        *check_deliveries(runtime),
        *readers.examine(runtime),
        *_courses(runtime),
    ]


def _database(runtime: Runtime) -> Iterator[CheckResult]:
    try:
        current = health.revision(runtime.engine)
    except SQLAlchemyError as error:
        yield CheckResult(
            "trouble",
            "database",
            f"{_reason(error)}. Look at LETTERPATH_DATABASE_URL.",
        )
        return
    newest = health.newest()
    if current is None:
        yield CheckResult("trouble", "database", "has no tables yet. Run: letterpath migrate")
    elif current != newest:
        yield CheckResult(
            "trouble",
            "database",
            f"is at revision {current}, the code at {newest}. Run: letterpath migrate",
        )
    else:
        yield CheckResult("fine", "database", f"{runtime.engine.dialect.name}, revision {current}")
        yield from _writing(runtime)


def _writing(runtime: Runtime) -> Iterator[CheckResult]:
    try:
        refused = write_probe.refusal(runtime.engine)
    except SQLAlchemyError as error:
        yield CheckResult("trouble", "writing", f"the database {_reason(error)}.")
        return
    if refused is not None:
        words = f"the database {refused.words}. {refused.remedy}."
        yield CheckResult("trouble", "writing", words)
    else:
        yield CheckResult("fine", "writing", "the database takes it")


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
            "mind",
            "sqlite",
            f"{sqlite3.sqlite_version} has the WAL-reset bug, mended in "
            "3.51.3: a crash at a bad moment could damage the file. Use a Python "
            "with a newer SQLite, or PostgreSQL.",
        )


def _files(runtime: Runtime) -> Iterator[CheckResult]:
    """Nobody else on this machine reads addresses, journals and keys."""
    settings = runtime.settings
    state, database = settings.state, file_permissions.database_files(settings.database_url)
    secrets = [state / "secret_key", state / "admin_password"]
    # A folder of its own; what belongs to somebody else, such as /srv, is theirs to open.
    folders = [file.parent for file in database[:1] if _uid(file) == _uid(file.parent)]
    own = ([*database, *secrets], [*{*folders, state}], dkim_keys.files(settings.dkim_keys))
    found = list(file_permissions.exposed(*own))
    for path, mode in found:
        words = f"other accounts of this machine can get at {path}. Run: chmod {mode:o} {path}"
        yield CheckResult("trouble", "files", words)
    if not found:
        yield CheckResult("fine", "files", "for our own account alone")


def _uid(path: Path) -> int:
    return path.stat().st_uid


def _room(runtime: Runtime) -> Iterator[CheckResult]:
    if words := health.room(runtime.settings):
        yield CheckResult("trouble", "disk", f"{words}. Without room nothing can be kept or sent.")


def _redis(runtime: Runtime) -> Iterator[CheckResult]:
    try:
        runtime.bell.check()
        workers = runtime.bell.workers()
    except (RedisError, ValueError) as error:
        said = str(error) if isinstance(error, ResponseError) else type(error).__name__
        verb = "takes nothing" if isinstance(error, ResponseError) else "can't be reached"
        yield CheckResult(
            "trouble",
            "redis",
            f"{verb} ({said}). Letters go out all the same, slower. Look at LETTERPATH_REDIS_URL.",
        )
        return
    yield from _open_redis(runtime)
    yield CheckResult("fine", "redis", "answers")
    if workers:
        yield CheckResult("fine", "workers", f"{workers} wait for the bell")
    else:
        yield CheckResult("trouble", "workers", "none is running. Start: python worker.py")


def _open_redis(runtime: Runtime) -> Iterator[CheckResult]:
    """A port without a password is everybody's who has an account on the machine."""
    given = runtime.bell.redis.connection_pool.connection_kwargs
    if not runtime.settings.in_development and "path" not in given and not given.get("password"):
        words = "has no password. Use a socket of its own (unix://) or a password and rediss://"
        yield CheckResult("mind", "redis", f"{words}. Look at LETTERPATH_REDIS_URL.")


def _mail(runtime: Runtime) -> Iterator[CheckResult]:
    for named in runtime.transports:
        scheme = named.url.partition(":")[0]
        try:
            _ = named.limits
            named.transport.check()
        except (EmailError, ValueError) as error:
            words = str(error).rstrip(".")
            yield CheckResult("trouble", "mail", f"{words}. Look at LETTERPATH_MAIL_URL.")
        else:
            by = f" by {named.name}" if len(runtime.transports) > 1 else ""
            yield CheckResult("fine", "mail", f"{scheme}{by}, as {runtime.settings.mail_from}")


def _dkim(runtime: Runtime) -> Iterator[CheckResult]:
    """Without keys somebody else may sign; that can't be seen from here."""
    if runtime.signers:
        names = " and ".join(signer.name for signer in runtime.signers)
        words = f"letters are signed by {names}. The records for DNS: letterpath dkim"
        yield CheckResult("fine", "dkim", words)


def _courses(runtime: Runtime) -> Iterator[CheckResult]:
    try:
        with reading(runtime.engine) as session:
            slugs = catalogue.slugs(session)
            digests = {slug: _digest(session, slug) for slug in slugs}
    except SQLAlchemyError:
        return
    root = Path(runtime.settings.courses)
    folders = files.courses(root)
    if not folders:
        words = f"there is none in {root}/. Look at LETTERPATH_COURSES."
        yield CheckResult("mind", "courses", words)
    elif not slugs:
        yield CheckResult("trouble", "courses", "none is published. Run: letterpath publish")
    home = runtime.settings.home_course
    if home and slugs and home not in slugs:
        words = f"LETTERPATH_HOME_COURSE is {home}, which is not published: / shows {slugs[0]}."
        yield CheckResult("trouble", "courses", words)
    for slug in (slug for slug, digest in digests.items() if digest is None):
        words = "what was published can't be read. Run: letterpath publish"
        yield CheckResult("trouble", slug, f"{words} {slug}")
    for folder in folders:
        yield _course(folder, digests)


def _digest(session: Session, slug: str) -> str | None:
    """None where the revision in force can't be read."""
    try:
        return catalogue.digest(session, slug)
    except catalogue.NotReadable:
        return None


def _course(folder: Path, digests: dict[str, str | None]) -> CheckResult:
    try:
        compilation = publishing.compile_course(folder)
    except NotPublishable as error:
        return CheckResult("mind", folder.name, f"{error}. Run: letterpath lint {folder.name}")
    if digests.get(compilation.sequence.slug) != compilation.digest:
        return CheckResult(
            "mind",
            folder.name,
            "the files have changed since they were published. "
            f"Run: letterpath publish {folder.name}",
        )
    return CheckResult("fine", folder.name, "published as the files have it")
