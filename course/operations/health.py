"""Whether the process could do its work just now: the database's revision, and Redis."""

import os
from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from redis.exceptions import RedisError, ResponseError
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from course.config import file_permissions
from course.config.settings import Settings
from course.db.schema import MIGRATIONS
from course.operations import write_probe
from course.runtime.process import Runtime

# Megabytes left on a disk: below it somebody should look, and there is still time to.
LOW_SPACE = 200


def revision(engine: Engine) -> str | None:
    """The database's; none where it has no tables. Raises `SQLAlchemyError` where it is away."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def unready(engine: Engine) -> str | None:
    """Why nothing that is asked for could be kept; none where it could be."""
    try:
        if revision(engine) != newest():
            return "the database is not at this code's revision"
        refused = write_probe.refusal(engine)
    except DBAPIError as error:
        refused = write_probe.reason(error)
        return f"the database {refused.words}" if refused else "the database can't be reached"
    except SQLAlchemyError:
        return "the database can't be reached"
    return f"the database {refused.words}" if refused else None


@cache
def newest() -> str | None:
    """The revision that this code was written for."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config).get_current_head()


def redis_trouble(runtime: Runtime) -> str | None:
    """What is wrong with Redis, tried by writing; none where nothing is."""
    try:
        runtime.bell.check()
    except ResponseError:
        return "Redis takes nothing"
    except (RedisError, ValueError):
        return "Redis can't be reached"
    return None


def room(settings: Settings) -> str | None:
    """What is wrong with the disks of the state and of the database; none where nothing is.

    Asks the file system alone; `write_probe` asks the database.
    """
    files = file_permissions.database_files(settings.database_url)
    for path in (settings.state, *files, *(file.parent for file in files)):
        if path.exists() and not os.access(path, os.W_OK):
            return f"{path} can't be written"
        if path.exists() and (left := _left(path)) is not None:
            return f"the disk of {path} is nearly full ({left:,} MB left)"
        if path.is_dir() and not write_probe.has_room(path):
            return f"the disk of {path} takes no file more: its quota or its inodes are used up"
    return None


def workers(runtime: Runtime) -> int | None:
    """How many have told Redis lately that they wait; none where it can't be asked."""
    try:
        return runtime.bell.workers()
    except (RedisError, ValueError):
        return None


def _left(path: Path) -> int | None:
    """Megabytes, where they are few."""
    found = os.statvfs(path)
    megabytes = found.f_bavail * found.f_frsize // 1_000_000
    return megabytes if megabytes < LOW_SPACE else None
