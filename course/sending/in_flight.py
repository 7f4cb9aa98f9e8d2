"""What one worker has in flight, shared by the sender's thread and the claimer's.

A lock around each method costs a fraction of a microsecond a letter. What the claimer takes from
here to record is a snapshot: of a finished batch it holds every result, though the sender goes on.
"""

from collections import deque
from collections.abc import Sequence
from threading import Lock

from course.outbox.deliveries import Outcome
from course.sending.batch import Batch


class InFlight:
    """Batches by the ids of deliveries without a result; then the results not yet recorded."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._batches: dict[int, Batch] = {}
        self._results: deque[Outcome] = deque()
        self._finished: deque[Batch] = deque()

    def add(self, batch: Batch) -> None:
        with self._lock:
            self._batches.update(dict.fromkeys(batch.not_attempted, batch))

    def ids(self) -> list[int]:
        """The deliveries that have no result yet."""
        with self._lock:
            return list(self._batches)

    def batch_of(self, id_: int) -> Batch:
        """Raises `KeyError` where the delivery has a result."""
        with self._lock:
            return self._batches[id_]

    def finish(self, batch: Batch, outcome: Outcome) -> None:
        """A delivery has its result; with the last of them its batch is finished."""
        with self._lock:
            self._results.append(outcome)
            del self._batches[outcome.id]
            if batch.is_finished:
                self._finished.append(batch)

    def unrecorded(self) -> tuple[list[Batch], list[Outcome]]:
        """Finished batches whose claim is still open, and the results not yet in the database."""
        with self._lock:
            return list(self._finished), list(self._results)

    def recorded(self, finished: Sequence[Batch], results: Sequence[Outcome]) -> None:
        """These, the oldest of `unrecorded`, are committed: the attempt logs can go."""
        with self._lock:
            for _ in results:
                self._results.popleft()
        for _ in finished:
            with self._lock:
                batch = self._finished.popleft()
            batch.attempt_log.delete()

    def release(self) -> None:
        """Leave to `recovering.replay` what could not be recorded."""
        with self._lock:
            for batch in self._finished:
                batch.attempt_log.release()
