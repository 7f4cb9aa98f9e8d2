"""Whether the process could do its work just now: the database's revision, and Redis."""

from functools import cache

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from redis.exceptions import RedisError
from sqlalchemy import Engine

from course.db import MIGRATIONS
from course.runtime import Runtime


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


def redis_answers(runtime: Runtime) -> bool:
    try:
        return bool(runtime.bell.redis.ping())
    except (RedisError, ValueError):
        return False


def workers(runtime: Runtime) -> int | None:
    """How many have told Redis lately that they wait; none where it can't be asked."""
    try:
        return runtime.bell.workers()
    except (RedisError, ValueError):
        return None
