"""The product's own whole cycle: letterpath_cycle.py WORKERS, with LETTERPATH_* in the environment.

Each worker does what the bell asks for (`course.jobs.look`): write what is due into the outbox,
claim it, print it, send it, write down what the server said; until nothing is left. They are up and
connected before the time begins: a worker is started once, and not for one evening.
"""

import logging
import multiprocessing
import sys
import time
from collections.abc import Callable
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier

from course.runtime.process import runtime
from course.scheduling import clock_loop
from course.sending import delivering
from tests.bench.peers.starting import ready


def assist(start: Barrier, before: "Synchronized[float]") -> None:
    """One of the others; what it spent on its preparations is not counted."""

    def prepared() -> None:
        with before.get_lock():
            before.value += time.process_time()
        start.wait()

    work(prepared)


def work(prepared: Callable[[], None]) -> None:
    parts = runtime()
    with parts.engine.connect():
        prepared()
    while clock_loop.write_due(parts) or clock_loop.is_anything_due(parts):
        delivering.deliver_due(parts)
    parts.transports[0].transport.close()


def main(workers: int) -> None:
    logging.disable(logging.INFO)
    context = multiprocessing.get_context("spawn")
    start, before = context.Barrier(workers), context.Value("d", 0.0)
    others = [context.Process(target=assist, args=(start, before)) for _ in range(workers - 1)]
    for other in others:
        other.start()

    def prepared() -> None:
        start.wait()
        ready(before.value)

    work(prepared)
    for other in others:
        other.join()


if __name__ == "__main__":
    main(int(sys.argv[1]))
