"""Security events: signed in, refused, closed. One line each in the log, and a count for metrics.

A line has ids and keyed digests only: never an address, a link or words. Redis counts for all
processes together. Counts are flushed to it a moment later, by another thread, in one round trip;
while it is away only the log has the events, and their counts are flushed when it is back.
"""

import hashlib
import hmac
import logging
import threading
from collections import Counter
from collections.abc import Callable
from enum import StrEnum
from functools import cached_property
from time import monotonic

from redis import Redis
from redis.exceptions import RedisError

log = logging.getLogger("letterpath.security")

# Seconds from an event to the flush of its count to Redis, and from a failed flush to the next.
FLUSH_AFTER, RETRY_AFTER = 0.2, 5.0

# Nobody is made to wait for Redis, but a process that ends may be.
REDIS_TIMEOUT = 1.0

# In a process and a minute: one line for what is alike, and so many of an event. The others are
# counted, and the next line says how many they were.
MINUTE, LINES = 60.0, 60


class Event(StrEnum):
    """The values are labels in `/metrics`, and the first word of a line."""

    SIGNED_IN = "signed_in"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105  a name, no password
    SIGNED_OUT = "signed_out"
    SESSIONS_ENDED = "sessions_ended"
    JOURNAL_KEY_USED = "journal_key_used"
    JOURNAL_KEY_REFUSED = "journal_key_refused"
    JOURNAL_CLOSED = "journal_closed"
    LIMIT_FULL = "limit_full"
    FORM_REFUSED = "form_refused"
    JOB_REFUSED = "job_refused"
    TOKEN_REFUSED = "token_refused"  # noqa: S105
    ERASED = "erased"


# Whoever sends much of this could fill a disk with it. The others are rare, and each is wanted.
FLOODS = {Event.LIMIT_FULL, Event.FORM_REFUSED, Event.JOB_REFUSED, Event.TOKEN_REFUSED}
USUAL = {
    *(Event.SIGNED_IN, Event.SIGNED_OUT, Event.SESSIONS_ENDED),
    *(Event.JOURNAL_KEY_USED, Event.JOURNAL_CLOSED, Event.ERASED),
}


class SecurityLog:
    """One for a process. `elapsed` tells seconds, from any beginning."""

    def __init__(
        self, redis_url: str, secret: str, elapsed: Callable[[], float] = monotonic
    ) -> None:
        self._url, self._secret = redis_url, secret.encode()
        self._pending: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._sampler = Sampler(elapsed)
        self._is_due = self._is_away = False

    def record(self, event: Event, **ids: str | int | None) -> None:
        """Log and count. What may stand in `ids` is said in this module's docstring."""
        given = {name: value for name, value in ids.items() if value is not None}
        words = " ".join([event, *(f"{name}={value}" for name, value in given.items())])
        left_out = self._sampler.left_out(event, words)
        if left_out is not None:
            given |= {"repeated": left_out} if left_out else {}
            words += f" repeated={left_out}" if left_out else ""
            level = logging.INFO if event in USUAL else logging.WARNING
            log.log(level, words, extra={"event": str(event), "ids": given})
        self._count(event)

    def digest(self, text: str) -> str:
        """The same for the same text, and nobody else can tell of which."""
        keyed = hmac.new(self._secret, b"security log\0" + text.encode(), hashlib.sha256)
        return keyed.hexdigest()[:16]

    def counts(self) -> dict[str, int] | None:
        """Since Redis was last emptied, of all processes; none where it is away."""
        try:
            found = self._redis.hgetall(self._key)
        except (RedisError, ValueError):
            return None
        return {event: int(found.get(event.encode(), 0)) for event in Event}

    def flush(self) -> None:
        """Add what has been counted since the last flush to the counts in Redis."""
        with self._lock:
            counts, self._pending, self._is_due = self._pending, Counter(), False
        try:
            with self._redis.pipeline(transaction=True) as pipeline:
                for name, count in counts.items():
                    pipeline.hincrby(self._key, name, count)
                pipeline.execute()
        except (RedisError, ValueError) as error:
            self._keep(counts, error)
        else:
            self._is_away = False

    def _count(self, event: Event) -> None:
        with self._lock:
            self._pending[event] += 1
            if self._is_due:
                return
            self._is_due = True
        self._flush_in(RETRY_AFTER if self._is_away else FLUSH_AFTER)

    def _flush_in(self, seconds: float) -> None:
        timer = threading.Timer(seconds, self.flush)
        timer.daemon = self._is_away  # a process that ends doesn't wait for a Redis that is away
        try:
            timer.start()
        except RuntimeError:  # no more threads: the next event tries
            self._is_due = False

    def _keep(self, counts: Counter[str], error: Exception) -> None:
        with self._lock:
            self._pending += counts
        if not self._is_away:
            log.warning("security events are logged and not counted: %s", type(error).__name__)
        self._is_away = True

    @cached_property
    def _redis(self) -> Redis:
        timeouts = {"socket_connect_timeout": REDIS_TIMEOUT, "socket_timeout": REDIS_TIMEOUT}
        return Redis.from_url(self._url, **timeouts)

    @cached_property
    def _key(self) -> str:
        """Two installations may share a Redis."""
        return f"security-events/{self.digest('counts')}"


class Sampler:
    """Which lines of a flood are written, and how many were left out before each."""

    def __init__(self, elapsed: Callable[[], float]) -> None:
        self._elapsed = elapsed
        self._lock = threading.Lock()
        self._ends = 0.0
        self._seen: Counter[str] = Counter()  # in this minute: lines that are alike
        self._lines: Counter[str] = Counter()  # in this minute: lines of an event
        self._left_out: Counter[str] = Counter()  # of an event, since its last line

    def left_out(self, event: Event, words: str) -> int | None:
        """How many of the event were left out before this line; none where it is, too."""
        if event not in FLOODS:
            return 0
        with self._lock:
            if self._elapsed() >= self._ends:
                self._ends = self._elapsed() + MINUTE
                self._seen, self._lines = Counter(), Counter()
            if self._lines[event] >= LINES or self._seen[words]:
                self._left_out[event] += 1
                return None
            self._lines[event] += 1
            self._seen[words] += 1
            return self._left_out.pop(event, 0)
