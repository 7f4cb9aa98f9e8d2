"""A script that Redis runs, asked for on every request.

Redis' client takes a connection out of its pool, looks whether it is sound, counts and measures:
that takes longer than the request, there and back. Here one that lay idle is used as it is, and the
pool is asked for another only where that fails.
"""

import hashlib
from collections import deque
from collections.abc import Sequence
from typing import Any

from redis import ConnectionPool
from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import NoScriptError, RedisError, ResponseError


class Script:
    """For any number of threads. `patience`: seconds for connecting, and for an answer."""

    def __init__(self, redis_url: str, text: str, patience: float) -> None:
        self._pool = ConnectionPool.from_url(
            redis_url, socket_connect_timeout=patience, socket_timeout=patience
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

    def _ask(self, *words: Any) -> Any:
        try:
            idle = self._idle.pop()
        except IndexError:
            return self._ask_over(self._pool.get_connection(), words)
        try:
            return self._ask_over(idle, words)
        except Disconnected:  # perhaps long ago
            return self._ask_over(self._pool.get_connection(), words)

    def _ask_over(self, connection: Any, words: Sequence[Any]) -> Any:
        try:
            connection.send_command(*words)
            answer = connection.read_response()
        except ResponseError:
            self._idle.append(connection)
            raise
        except RedisError:
            self._pool.release(connection)
            raise
        self._idle.append(connection)
        return answer
