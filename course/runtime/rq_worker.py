"""An RQ worker that runs one job, "look", and imports or unpickles nothing that stands in Redis.

RQ's own worker does what a job says: it imports the names of functions, callbacks and exceptions,
takes orders by publish/subscribe, and unpacks what it is given. Whoever can write to Redis would
run commands as us. So a job is held beside the one that we write, by size first, and what runs is
our own function. What is not ours is refused: counted, logged, never unpacked.
"""

import json
import logging
import threading
import zlib
from collections.abc import Callable

from redis import Redis
from redis.exceptions import RedisError, ResponseError
from rq import SimpleWorker
from rq.serializers import JSONSerializer
from rq.timeouts import JobTimeoutException
from rq.utils import now

from course.runtime.bell import ALIVE, FAILURE_TTL, JOB, JOB_TIMEOUT
from course.runtime.process import Runtime
from course.runtime.security_log import Event

log = logging.getLogger("letterpath.worker")

# Seconds for which a worker waits for the bell before it looks whether it was told to stop.
POLL_SECONDS = 1

# Seconds between two heartbeats, as RQ calls them.
HEARTBEAT_SECONDS = 15

# Bytes: no field of a job of ours has more, and no id.
LONGEST_FIELD = 200

PREFIX = b"rq:job:"

# What RQ writes for a job like ours; times are whatever they are.
TIMES = ("created_at", "enqueued_at")
EMPTY = (
    *("success_callback_name", "failure_callback_name", "stopped_callback_name"),
    *("started_at", "ended_at", "last_heartbeat", "worker_name", "group_id"),
)
JOB_DATA = json.dumps((JOB, None, [], {})).encode()


class Listener(SimpleWorker):
    """Registered as RQ's workers are; listens with a loop of its own."""

    def __init__(self, runtime: Runtime, look: Callable[[], None]) -> None:
        self.runtime, self.bell, self._look = runtime, runtime.bell, look
        connection = self.bell.worker_connection()
        super().__init__([self.bell.name], connection=connection, serializer=JSONSerializer)
        self.birth_date = now()

    def listen(self) -> None:
        """Look whenever the bell rings, until told to stop. Raises `RedisError`."""
        ended = threading.Event()
        self.register()
        threading.Thread(target=self._keep_registered, args=(ended,), daemon=True).start()
        try:
            while not self.runtime.stopping.is_set():
                if self.hear():
                    self._answer()
        finally:
            ended.set()
            self._unregister()

    def hear(self) -> bool:
        """Wait a second for a job; whether it was one of ours."""
        try:
            found = self.connection.blpop([self.bell.key], POLL_SECONDS)
        except ResponseError as error:
            if not str(error).startswith("WRONGTYPE"):
                raise
            self.connection.delete(self.bell.key)
            return self._refuse("no list")
        if found is None:
            return False
        id_ = _raw(found[1])
        if reason := why_not_ours(self.connection, self.bell.name, id_):
            return self._refuse(reason)
        self.connection.delete(PREFIX + id_)
        return True

    def register(self) -> None:
        """RQ's registration and heartbeat, written whole each time: Redis may have been emptied."""
        self.last_heartbeat = now()
        with self.connection.pipeline() as batch:
            batch.hset(self.key, mapping=self.serialize())
            batch.expire(self.key, ALIVE)
            batch.sadd(self.redis_workers_keys, self.key)
            batch.sadd(self.bell.workers_key, self.key)
            batch.execute()

    def _answer(self) -> None:
        """A job that fails is logged, and the next one is heard: the database knows the rest."""
        try:
            with self.death_penalty_class(JOB_TIMEOUT, JobTimeoutException):
                self._look()
        except Exception:
            log.exception("a job failed; the clock rings again")

    def _refuse(self, reason: str) -> bool:
        self.runtime.security_log.record(Event.JOB_REFUSED, reason=reason.replace(" ", "-"))
        return False

    def _keep_registered(self, ended: threading.Event) -> None:
        while not ended.wait(HEARTBEAT_SECONDS):
            try:
                self.register()
            except RedisError as error:
                log.debug("no sign of life: %s", type(error).__name__)

    def _unregister(self) -> None:
        try:
            with self.connection.pipeline() as batch:
                batch.srem(self.redis_workers_keys, self.key)
                batch.srem(self.bell.workers_key, self.key)
                batch.delete(self.key)
                batch.execute()
        except RedisError as error:
            log.debug("no farewell: %s", type(error).__name__)


def why_not_ours(connection: Redis, name: str, id_: bytes) -> str | None:
    """What is wrong with a job, in two or three words of ours; none where nothing is."""
    if not 0 < len(id_) <= LONGEST_FIELD:
        return "id of no length of ours"
    key, wanted = PREFIX + id_, expected(name)
    fields = [*wanted, *TIMES]
    try:
        sizes = [connection.hlen(key), *(connection.hstrlen(key, field) for field in fields)]
        if sizes[0] != len(fields) or max(sizes[1:]) > LONGEST_FIELD:
            return "fields not ours"
        values = connection.hmget(key, fields)
    except ResponseError:
        return "no hash"
    found = {name: _raw(value) for name, value in zip(fields, values, strict=True)}
    return None if _is_alike(found, wanted) else "words not ours"


def expected(name: str) -> dict[str, bytes]:
    """The fields of a job of ours in the queue of that name, but for the times."""
    return {
        "data": JOB_DATA,
        "status": b"queued",
        "origin": name.encode(),
        "description": f"{JOB}()".encode(),
        "timeout": str(JOB_TIMEOUT).encode(),
        "result_ttl": b"0",
        "failure_ttl": str(FAILURE_TTL).encode(),
        **dict.fromkeys(EMPTY, b""),
    }


def _is_alike(found: dict[str, bytes], wanted: dict[str, bytes]) -> bool:
    given = {name: found[name] for name in wanted}
    has_times = all(found[name] for name in TIMES)
    return has_times and given | {"data": _unpacked(given["data"])} == wanted


def _unpacked(data: bytes) -> bytes:
    """At most `LONGEST_FIELD` bytes of it: a few bytes may unpack to a thousand times as many."""
    try:
        return zlib.decompressobj().decompress(data, LONGEST_FIELD)
    except zlib.error:
        return b""


def _raw(value: bytes | str | None) -> bytes:
    """Bytes, whatever `decode_responses` the URL asks for; nothing where there is nothing."""
    return value.encode() if isinstance(value, str) else value or b""
