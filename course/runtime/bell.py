"""The bell: a job that says "look now". Redis carries it and nothing else.

The database is the truth, so a bell that is not heard loses nothing: the clock looks anyway.
"""

import logging
import secrets
import threading
import time
from collections.abc import Callable
from functools import cached_property
from uuid import uuid4

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer

log = logging.getLogger(__name__)

# The queue's name begins with it; the rest is an installation's own, for a Redis that is shared.
QUEUE = "letterpath"

# The only job there is.
JOB = "course.jobs.look"

# A drain is cut into jobs of a few minutes; this is when a stuck one is given up, in seconds.
JOB_TIMEOUT = 900

# Seconds after which RQ throws out a job that failed.
FAILURE_TTL = 86400

# Seconds after its last sign of life; then a worker is taken for dead.
ALIVE = 60

# Seconds. Where jobs have waited for longer than this, no worker is there, or all are busy.
PATIENCE = 30.0

# Seconds. So long after a pull it rings, once for all who have pulled it until then; and a random
# part of a second later, or the next answer's time could tell whether somebody had a letter coming.
SOON, LATER = 0.05, 1.0


class Bell:
    """`elapsed` tells seconds, from any beginning."""

    def __init__(
        self,
        redis_url: str,
        name: str = QUEUE,
        elapsed: Callable[[], float] = time.monotonic,
        later: float = LATER,
    ) -> None:
        # Short timeouts: a clock must not wait for a Redis that is away.
        self.url, self.name, self._elapsed, self._later = redis_url, name, elapsed, later
        self.redis = Redis.from_url(redis_url, socket_connect_timeout=1, socket_timeout=5)
        self._pulling = threading.Lock()
        self._is_pulled = False
        self._waits_since: float | None = None

    @property
    def key(self) -> str:
        return f"rq:queue:{self.name}"

    @property
    def workers_key(self) -> str:
        return f"rq:workers:{self.name}"

    def workers(self) -> int:
        """How many have given a sign of life within the last minute. Raises `RedisError`."""
        keys = list(self.redis.sscan_iter(self.workers_key, count=1000))
        return int(self.redis.exists(*keys)) if keys else 0

    def worker_connection(self) -> Redis:
        """A connection that may wait for hours: workers block until the bell rings."""
        return Redis.from_url(self.url)

    def pull(self) -> None:
        """Have it rung soon, from another thread: no visitor waits for Redis."""
        with self._pulling:
            if self._is_pulled:
                return
            self._is_pulled = True
        try:
            threading.Timer(self._soon(), self._ring_as_pulled).start()
        except RuntimeError as error:  # no more threads; the clock looks anyway
            self._is_pulled = False
            log.warning("the bell could not be pulled: %s", error)

    def ring(self) -> bool:
        """Enqueue the job unless one is waiting; False where Redis is away or takes nothing."""
        try:
            if self._queue.count == 0:
                self._waits_since = None
                self._queue.enqueue(
                    JOB, job_timeout=JOB_TIMEOUT, result_ttl=0, failure_ttl=FAILURE_TTL
                )
        except RedisError as error:
            log.warning("the bell could not be rung: %s", type(error).__name__)
            return False
        return True

    def check(self) -> None:
        """Write, read and delete, as jobs and limits do: a ping says nothing of a Redis that is
        full, a replica, or closed to this account. Raises `RedisError` with the server's words."""
        key, word = f"{self.name}:probe", uuid4().hex
        with self.redis.pipeline() as batch:
            batch.rpush(key, word)
            batch.expire(key, ALIVE)
            batch.lrem(key, 1, word)
            batch.llen(self.key)
            batch.execute()

    def is_heard(self) -> bool:
        """False where nobody seems to: no look found the queue empty for long, or Redis is away.

        No job is read for it: whoever can write to Redis could have it say anything.
        """
        try:
            waiting = self._queue.count
        except RedisError:
            return False
        if not waiting:
            self._waits_since = None
            return True
        if self._waits_since is None:
            self._waits_since = self._elapsed()
        return self._elapsed() - self._waits_since < PATIENCE

    def _soon(self) -> float:
        return SOON + self._later * secrets.randbelow(1000) / 1000

    def _ring_as_pulled(self) -> None:
        # First: whoever pulls while it rings may have come too late for this time.
        self._is_pulled = False
        self.ring()

    @cached_property
    def _queue(self) -> Queue:
        return Queue(self.name, connection=self.redis, serializer=JSONSerializer)
