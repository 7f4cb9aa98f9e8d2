"""Group commit: what several threads write at the same moment goes into one transaction.

A small transaction takes its time for the disk, and for whoever else is writing, and hardly any for
its rows. While one is under way others come; the first of them then writes for all.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

Row = TypeVar("Row")

# A row, and how it ended for whoever waits for it.
_Pending = tuple[Row, Future[None]]


class GroupCommit(Generic[Row]):
    """`write` writes the rows that it is given, all of them or none.

    What it raises of the kinds in `blames` says that one of the rows is to blame: the others are
    written without it. Anything else was no row's fault, and is raised for all.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Row]], object],
        blames: tuple[type[Exception], ...] = (),
    ) -> None:
        self._write, self._blames = write, blames
        self._pending: deque[_Pending[Row]] = deque()
        self._turn = threading.Lock()

    def put(self, row: Row) -> None:
        """Return when the row is written; raise what `write` raised for it."""
        ended: Future[None] = Future()
        self._pending.append((row, ended))
        with self._turn:
            if not ended.done():
                self._write_group([self._pending.popleft() for _ in range(len(self._pending))])
        ended.result()

    def _write_group(self, group: Sequence[_Pending[Row]]) -> None:
        try:
            self._write([row for row, _ in group])
        except BaseException as error:  # raised again by whoever waits, this thread among them
            if isinstance(error, self._blames) and len(group) > 1:
                for pending in group:
                    self._write_group([pending])
            else:
                for _, ended in group:
                    ended.set_exception(error)
        else:
            for _, ended in group:
                ended.set_result(None)
