"""Whether the process could do its work just now: the database's revision, and Redis."""

import os
from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from redis.exceptions import RedisError, ResponseError
from sqlalchemy import Engine

from course import permissions
from course.config import Settings
from course.db import MIGRATIONS
from course.runtime import Runtime

# Megabytes left on a disk: below it somebody should look, and there is still time to.
FEW = 200


def revision(engine: Engine) -> str | None:
    """The database's; none where it has no tables. Raises `SQLAlchemyError` where it is away."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


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

    Asks the file system alone: a probe that wrote would wait for a locked database.
    """
    files = permissions.database_files(settings.database_url)
    for path in (settings.state, *files, *(file.parent for file in files)):
        if path.exists() and not os.access(path, os.W_OK):
            return f"{path} can't be written"
        if path.exists() and (left := _left(path)) is not None:
            return f"the disk of {path} is nearly full ({left:,} MB left)"
    return None


def _left(path: Path) -> int | None:
    """Megabytes, where they are few."""
    found = os.statvfs(path)
    megabytes = found.f_bavail * found.f_frsize // 1_000_000
    return megabytes if megabytes < FEW else None


def workers(runtime: Runtime) -> int | None:
    """How many have told Redis lately that they wait; none where it can't be asked."""
    try:
        return runtime.bell.workers()
    except (RedisError, ValueError):
        return None
