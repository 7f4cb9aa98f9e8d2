"""A Lua script that Redis runs on every form's request: EVALSHA over a kept connection.

redis-py's own `Script` takes a connection out of the pool, checks that it is alive and records
metrics for each call: 92 µs, where this takes 54 (docs/performance.md, "Signing up"). Here an idle
connection is used as it is; the pool is asked for another one only where that fails.
"""

import hashlib
from collections import deque
from collections.abc import Sequence
from typing import Any

from redis import ConnectionPool
from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import NoScriptError, RedisError, ResponseError


class Script:
    """Thread-safe. `timeout`: seconds for connecting, and for an answer."""

    def __init__(self, redis_url: str, text: str, timeout: float) -> None:
        self._pool = ConnectionPool.from_url(
            redis_url, socket_connect_timeout=timeout, socket_timeout=timeout
        )
        self._idle: deque[Any] = deque()
        self._text = text
        self._digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()

    def run(self, keys: Sequence[str], values: Sequence[int]) -> Any:
        """What the script returns. Raises `redis.RedisError`."""
        given = len(keys), *keys, *values
        try:
            return self._ask("EVALSHA", self._digest, *given)
        except NoScriptError:  # a Redis that doesn't know it yet, or no longer
            return self._ask("EVAL", self._text, *given)

    def _ask(self, *command: Any) -> Any:
        try:
            idle = self._idle.pop()
        except IndexError:
            return self._ask_over(self._pool.get_connection(), command)
        try:
            return self._ask_over(idle, command)
        except Disconnected:  # perhaps long ago
            return self._ask_over(self._pool.get_connection(), command)

    def _ask_over(self, connection: Any, command: Sequence[Any]) -> Any:
        try:
            connection.send_command(*command)
            answer = connection.read_response()
        except ResponseError:
            self._idle.append(connection)
            raise
        except RedisError:
            self._pool.release(connection)
            raise
        self._idle.append(connection)
        return answer
