"""Group commit: what threads write at the same moment is written together, or fails for its own."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from course.db.group_commit import GroupCommit


class Bad(Exception):
    pass


class Ledger:
    """Keeps the groups that were written. The first write waits until it is let go."""

    def __init__(self, refuses: Callable[[Sequence[str]], Exception | None]) -> None:
        self.groups: list[list[str]] = []
        self.begun, self.let_go = threading.Event(), threading.Event()
        self._refuses = refuses

    def write(self, rows: Sequence[str]) -> None:
        self.groups.append([*rows])
        self.begun.set()
        assert self.let_go.wait(60)
        if error := self._refuses(rows):
            raise error


def put_together(ledger: Ledger, *rows: str) -> list[Future[None]]:
    """The first row is being written when the others come; each in a thread of its own."""
    group = GroupCommit[str](ledger.write, row_errors=(Bad,))
    first, *others = rows
    with ThreadPoolExecutor(len(rows)) as threads:
        ended = [threads.submit(group.put, first)]
        assert ledger.begun.wait(60)
        ended += [threads.submit(group.put, row) for row in others]
        while len(group._pending) < len(others):
            assert not any(future.done() for future in ended)
        ledger.let_go.set()
    return ended


def test_a_row_is_written_when_put_returns() -> None:
    written: list[int] = []
    GroupCommit[int](written.extend).put(7)
    assert written == [7]


def test_rows_that_come_while_one_is_written_are_written_together() -> None:
    ledger = Ledger(refuses=lambda _: None)
    ended = put_together(ledger, "a", "b", "c", "d")
    assert [sorted(group) for group in ledger.groups] == [["a"], ["b", "c", "d"]]
    assert [future.exception() for future in ended] == [None] * 4


def test_a_row_that_is_to_blame_fails_alone() -> None:
    ledger = Ledger(refuses=lambda rows: Bad() if "c" in rows else None)
    ended = put_together(ledger, "a", "b", "c", "d")
    assert [type(future.exception()) for future in ended] == [
        type(None),
        type(None),
        Bad,
        type(None),
    ]
    assert sorted(ledger.groups[2:]) == [["b"], ["c"], ["d"]]


def test_what_no_row_is_to_blame_for_is_raised_for_all_and_tried_once() -> None:
    ledger = Ledger(refuses=lambda rows: OSError("full") if len(rows) > 1 else None)
    ended = put_together(ledger, "a", "b", "c")
    assert [str(future.exception()) for future in ended] == ["None", "full", "full"]
    assert len(ledger.groups) == 2


def test_after_a_failure_the_next_row_is_written() -> None:
    written: list[int] = []

    def write(rows: Sequence[int]) -> None:
        if 1 in rows:
            raise Bad
        written.extend(rows)

    group = GroupCommit[int](write)
    with pytest.raises(Bad):
        group.put(1)
    group.put(2)
    assert written == [2]
