"""A worker's memory at its peak: the whole cycle with ten thousand letters, and with a million.

Into a sink that discards faster than anybody sends: what piles up, piles up here.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from tests.bench import crowd
from tests.bench.contest import Run
from tests.bench.cycle import ours
from tests.bench.measure import Hall, Measure
from tests.bench.sending import contest
from tests.bench.sinks import fast_sink

FEW, MANY = 10_000, 1_000_000


def _name(letters: int) -> str:
    return f"letterpath, {letters:,} letters"


@contextmanager
def _open(hall: Hall) -> Iterator[Mapping[str, Run]]:
    with ExitStack() as stack:
        entered = [
            ours(stack, hall, _name(due), crowd.on_sqlite, 1, due, readers=due)
            for due in (FEW, MANY)
        ]
        yield stack.enter_context(contest(hall, fast_sink(hall), entered))


MEMORY = Measure(
    name="memory",
    summary="a worker's memory, with ten thousand letters and with a million",
    unit="letter",
    reference=_name(FEW),
    of="worker",
    open=_open,
)
