"""What was read of the database a moment ago: pages ask for it a thousand times in a second."""

from collections.abc import Callable, Hashable
from time import monotonic
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Pool
from sqlmodel import Session

from course.db.transactions import reading

# Seconds.
CACHED_FOR = 1.0

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Values as they were at most `CACHED_FOR` seconds ago, by the database's pool of connections.

    What is not there is not kept: a stranger may ask for anything.
    """

    def __init__(self, read: Callable[[Session, K], V]) -> None:
        self._read = read
        self._known: WeakKeyDictionary[Pool, dict[K, tuple[V, float]]] = WeakKeyDictionary()

    def get(self, engine: Engine, key: K, elapsed: Callable[[], float] = monotonic) -> V:
        """`elapsed` tells seconds, from any beginning. Raises what reading it raises."""
        known, now = self._known.setdefault(engine.pool, {}), elapsed()
        if (found := known.get(key)) is not None and now < found[1]:
            return found[0]
        with reading(engine) as session:
            value = self._read(session, key)
        if value is not None:
            known[key] = value, now + CACHED_FOR
        return value

    def last(self, engine: Engine, key: K) -> V | None:
        """As it was when it was last asked for, however long ago, and no database is asked."""
        found = self._known.get(engine.pool, {}).get(key)
        return found[0] if found is not None else None
