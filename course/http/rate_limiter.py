"""How often has somebody done something lately? Counted in fixed windows, for rate limits.

A window begins with the first count in it, and ends when its time is over. Redis counts for all
processes together, and all windows of one request in a single round trip. While it is away, each
process counts on its own.
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

# Seconds: nobody waits longer than that for Redis, and while it is away it is asked as seldom.
PATIENCE, REST = 1, 5

# When a process remembers so many windows, those that have ended are thrown out.
MANY = 10_000

# The first full window's place, and the milliseconds until it ends; nothing where none is full.
_COUNT = """
for place, key in ipairs(KEYS) do
  local count = redis.call('INCR', key)
  if count == 1 then redis.call('EXPIRE', key, ARGV[2 * place]) end
  if count > tonumber(ARGV[2 * place - 1]) then return {place, redis.call('PTTL', key)} end
end
return false
"""


@dataclass(frozen=True, slots=True)
class Window:
    """So many `seconds` from its first count on; more than `times` are too many."""

    key: str
    times: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Full:
    """A window that was full: its place among those given, and the seconds until it ends."""

    place: int
    seconds: float


class Counter:
    """In Redis; in this process alone where there is none, and `redis_url` is empty.

    `elapsed` tells seconds, from any beginning. `here` is what was counted without Redis. Keys in
    Redis begin with `prefix`, for a Redis that several installations share.
    """

    def __init__(
        self,
        redis_url: str,
        elapsed: Callable[[], float] = time.monotonic,
        prefix: str = "",
    ) -> None:
        self._elapsed, self._prefix = elapsed, prefix
        self.here = Memory()
        self._full: dict[str, float] = {}
        self._is_away = False
        self._ask_at = 0.0 if redis_url else inf
        if redis_url:
            self._script = Script(redis_url, _COUNT, PATIENCE)

    def count(self, windows: Sequence[Window]) -> Full | None:
        """Once more in each, up to the first that is full: those behind it are not counted in."""
        now = self._elapsed()
        found = self.here.count(windows, now) if now < self._ask_at else self._ask(windows, now)
        if found:
            self._remember(windows[found.place], now + found.seconds)
        return found

    def knows_full(self, window: Window) -> bool:
        """It was found full here and has not ended yet: there is nobody to ask."""
        return self._full.get(window.key, 0.0) > self._elapsed()

    def _ask(self, windows: Sequence[Window], now: float) -> Full | None:
        if self._is_away:
            self._ask_at = now + REST  # one request tries, and no other waits with it
        try:
            found = self._in_redis(windows)
        except RedisError as error:
            if not self._is_away:
                log.warning("each process counts limits on its own: %s", type(error).__name__)
            self._is_away, self._ask_at = True, self._elapsed() + REST
            return self.here.count(windows, now)
        if self._is_away:
            self._is_away, self._ask_at = False, 0.0
            log.info("Redis counts limits again, for all processes together")
        return found

    def _in_redis(self, windows: Sequence[Window]) -> Full | None:
        numbers = [number for window in windows for number in (window.times, window.seconds)]
        found = self._script.run([self._prefix + window.key for window in windows], numbers)
        return Full(found[0] - 1, found[1] / 1000) if found else None

    def _remember(self, window: Window, end: float) -> None:
        if len(self._full) >= MANY:
            self._full.clear()  # whoever is forgotten is counted, and found full once more
        self._full[window.key] = end


class Memory(Mapping[str, int]):
    """Of one process: what was counted, by a window's key."""

    def __init__(self) -> None:
        self._windows: dict[str, tuple[int, float]] = {}  # the count, and when it ends
        self._many = MANY
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._windows)

    def __iter__(self) -> Iterator[str]:
        return iter(self._windows)

    def __getitem__(self, key: str) -> int:
        return self._windows[key][0]

    def count(self, windows: Sequence[Window], now: float) -> Full | None:
        with self._lock:
            self._sweep(now)
            for place, window in enumerate(windows):
                count, end = self._windows.get(window.key, (0, now))
                if end <= now:
                    count, end = 0, now + window.seconds
                self._windows[window.key] = count + 1, end
                if count >= window.times:
                    return Full(place, end - now)
        return None

    def _sweep(self, now: float) -> None:
        if len(self._windows) >= self._many:
            self._windows = {key: kept for key, kept in self._windows.items() if kept[1] > now}
            self._many = max(MANY, 2 * len(self._windows))
