"""The bell: a job that says "look now". Redis carries it and nothing else.

The database is the truth, so a bell that is not heard loses nothing: the clock looks anyway.
"""

import logging
import threading
from datetime import UTC, datetime, timedelta
from functools import cached_property

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer

log = logging.getLogger(__name__)

QUEUE = "letterpath"

# A drain is cut into jobs of a few minutes; this is when a stuck one is given up, in seconds.
JOB_TIMEOUT = 900

# Where a job has waited for longer than this, no worker is there, or all are busy.
PATIENCE = timedelta(seconds=30)

# Seconds. So long after a pull it rings, once for all who have pulled it until then.
SOON = 0.05


class Bell:
    def __init__(self, redis_url: str) -> None:
        # Short timeouts: a clock must not wait for a Redis that is away.
        self.url = redis_url
        self.redis = Redis.from_url(redis_url, socket_connect_timeout=1, socket_timeout=5)
        self._pulling = threading.Lock()
        self._is_pulled = False

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
            threading.Timer(SOON, self._ring_as_pulled).start()
        except RuntimeError as error:  # no more threads; the clock looks anyway
            self._is_pulled = False
            log.warning("the bell could not be pulled: %s", error)

    def ring(self, job: str = "course.jobs.look") -> bool:
        """Enqueue the job unless one like it is waiting; False where Redis is away."""
        try:
            if self._queue.count == 0:
                self._queue.enqueue(job, job_timeout=JOB_TIMEOUT, result_ttl=0, failure_ttl=86400)
        except RedisError as error:
            log.warning("the bell could not be rung: %s", type(error).__name__)
            return False
        return True

    def is_heard(self) -> bool:
        """False where nobody seems to: the first job has waited for too long, or Redis is away."""
        try:
            first = next(iter(self._queue.get_jobs(0, 1)), None)
        except RedisError:
            return False
        if first is None or first.enqueued_at is None:
            return True
        return datetime.now(UTC) - first.enqueued_at < PATIENCE

    def _ring_as_pulled(self) -> None:
        # First: whoever pulls while it rings may have come too late for this time.
        self._is_pulled = False
        self.ring()

    @cached_property
    def _queue(self) -> Queue:
        return Queue(QUEUE, connection=self.redis, serializer=JSONSerializer)
