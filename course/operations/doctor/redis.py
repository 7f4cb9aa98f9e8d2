"""`letterpath doctor`: Redis, and how many workers wait there."""

from collections.abc import Iterator

from redis.exceptions import RedisError, ResponseError

from course.operations.doctor.check_result import CheckResult, Level
from course.runtime.process import Runtime


def check_redis(runtime: Runtime) -> Iterator[CheckResult]:
    try:
        runtime.bell.check()
        workers = runtime.bell.workers()
    except (RedisError, ValueError) as error:
        said = str(error) if isinstance(error, ResponseError) else type(error).__name__
        verb = "takes nothing" if isinstance(error, ResponseError) else "can't be reached"
        yield CheckResult(
            Level.ERROR,
            "redis",
            f"{verb} ({said}). Letters go out all the same, slower. Look at LETTERPATH_REDIS_URL.",
        )
        return
    yield from _open_redis(runtime)
    yield CheckResult(Level.OK, "redis", "answers")
    if workers:
        yield CheckResult(Level.OK, "workers", f"{workers} wait for the bell")
    else:
        yield CheckResult(Level.ERROR, "workers", "none is running. Start: python worker.py")


def _open_redis(runtime: Runtime) -> Iterator[CheckResult]:
    """A port without a password is everybody's who has an account on the machine."""
    given = runtime.bell.redis.connection_pool.connection_kwargs
    if not runtime.settings.in_development and "path" not in given and not given.get("password"):
        words = "has no password. Use a socket of its own (unix://) or a password and rediss://"
        yield CheckResult(Level.WARNING, "redis", f"{words}. Look at LETTERPATH_REDIS_URL.")
