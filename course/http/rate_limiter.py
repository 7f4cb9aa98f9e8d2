"""The rate limiter of the public pages: fixed windows, counted by Redis for all processes.

A window begins with its first hit and ends `seconds` later. One Lua script counts all windows of a
request, so a request costs one round trip to Redis. While Redis is away each process counts in its
own memory, and one request in five seconds asks whether Redis is back.

Flask-Limiter (on the library `limits`) was used before: it asks Redis once for each limit, four
times for a sign-up, which was a third of that request's CPU; its storages count one window at a
time. See docs/decisions/limits.md. Which limits there are: `course/http/rate_limits.py`.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from redis.exceptions import RedisError

from course.http.redis_script import Script

log = logging.getLogger(__name__)

# Seconds: how long a request waits for Redis, and how often Redis is asked while it is away.
REDIS_TIMEOUT, RETRY_REDIS_AFTER = 1, 5

# Windows in a process's memory; from here on those that have ended are removed.
SWEEP_SIZE = 10_000

# KEYS are windows, ARGV a limit and a length in seconds for each. Returns the number (from 1) of
# the first exceeded window and the milliseconds until it ends; false where none is exceeded.
_HIT = """
for number, key in ipairs(KEYS) do
  local count = redis.call('INCR', key)
  if count == 1 then redis.call('EXPIRE', key, ARGV[2 * number]) end
  if count > tonumber(ARGV[2 * number - 1]) then return {number, redis.call('PTTL', key)} end
end
return false
"""


@dataclass(frozen=True, slots=True)
class FixedWindow:
    """At most `times` hits in `seconds`, from the first hit on. `key` says whose hits."""

    key: str
    times: int
    seconds: int


@dataclass(frozen=True, slots=True)
class LimitExceeded:
    """The first exceeded window: its index among those given, and the seconds until it ends."""

    index: int
    seconds: float


class RateLimiter:
    """Counts in Redis; in this process's memory alone where `redis_url` is empty.

    `elapsed` is a monotonic clock in seconds. `in_memory` holds what was counted without Redis.
    Keys in Redis begin with `prefix`, for a Redis that several installations share.
    """

    def __init__(
        self,
        redis_url: str,
        elapsed: Callable[[], float] = time.monotonic,
        prefix: str = "",
    ) -> None:
        self._elapsed, self._prefix = elapsed, prefix
        self.in_memory = InMemoryCounts()
        self._exceeded: dict[str, float] = {}
        self._is_away = False
        self._ask_at = 0.0 if redis_url else inf
        if redis_url:
            self._script = Script(redis_url, _HIT, REDIS_TIMEOUT)

    def hit(self, windows: Sequence[FixedWindow]) -> LimitExceeded | None:
        """Count one hit in each, up to the first exceeded window; those after it get none."""
        now = self._elapsed()
        found = self.in_memory.hit(windows, now) if now < self._ask_at else self._ask(windows, now)
        if found:
            self._remember(windows[found.index], now + found.seconds)
        return found

    def is_known_exceeded(self, window: FixedWindow) -> bool:
        """Found exceeded by this process, and not ended yet: answered without asking Redis."""
        return self._exceeded.get(window.key, 0.0) > self._elapsed()

    def _ask(self, windows: Sequence[FixedWindow], now: float) -> LimitExceeded | None:
        if self._is_away:
            self._ask_at = now + RETRY_REDIS_AFTER  # one tries; the others don't wait for it
        try:
            found = self._in_redis(windows)
        except RedisError as error:
            if not self._is_away:
                log.warning("each process counts limits on its own: %s", type(error).__name__)
            self._is_away, self._ask_at = True, self._elapsed() + RETRY_REDIS_AFTER
            return self.in_memory.hit(windows, now)
        if self._is_away:
            self._is_away, self._ask_at = False, 0.0
            log.info("Redis counts limits again, for all processes together")
        return found

    def _in_redis(self, windows: Sequence[FixedWindow]) -> LimitExceeded | None:
        numbers = [number for window in windows for number in (window.times, window.seconds)]
        found = self._script.run([self._prefix + window.key for window in windows], numbers)
        return LimitExceeded(found[0] - 1, found[1] / 1000) if found else None

    def _remember(self, window: FixedWindow, end: float) -> None:
        if len(self._exceeded) >= SWEEP_SIZE:
            self._exceeded.clear()  # one that is forgotten is asked of Redis again
        self._exceeded[window.key] = end


class InMemoryCounts(Mapping[str, int]):
    """Hits by a window's key, in one process's memory. `hit` locks: threads share it."""

    def __init__(self) -> None:
        self._windows: dict[str, tuple[int, float]] = {}  # the count, and when it ends
        self._many = SWEEP_SIZE
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._windows)

    def __iter__(self) -> Iterator[str]:
        return iter(self._windows)

    def __getitem__(self, key: str) -> int:
        return self._windows[key][0]

    def hit(self, windows: Sequence[FixedWindow], now: float) -> LimitExceeded | None:
        with self._lock:
            self._sweep(now)
            for index, window in enumerate(windows):
                count, end = self._windows.get(window.key, (0, now))
                if end <= now:
                    count, end = 0, now + window.seconds
                self._windows[window.key] = count + 1, end
                if count >= window.times:
                    return LimitExceeded(index, end - now)
        return None

    def _sweep(self, now: float) -> None:
        if len(self._windows) >= self._many:
            self._windows = {key: kept for key, kept in self._windows.items() if kept[1] > now}
            self._many = max(SWEEP_SIZE, 2 * len(self._windows))
