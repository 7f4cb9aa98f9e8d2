"""The product's own whole cycle: letterpath_cycle.py WORKERS, with LETTERPATH_* in the environment.

Each worker does what the bell asks for (`course.jobs.look`): write what is due into the outbox,
claim it, print it, send it, write down what the server said; until nothing is left.
"""

import logging
import multiprocessing
import sys
from multiprocessing.synchronize import Barrier

from course import delivering, ticking
from course.runtime import runtime
from tests.bench.peers.starting import ready


def work(start: Barrier) -> None:
    parts = runtime()
    with parts.engine.connect():
        start.wait()
    while ticking.write_due(parts) or ticking.anything_due(parts):
        delivering.deliver_due(parts)
    parts.carriers[0].transport.close()


def main(workers: int) -> None:
    logging.disable(logging.INFO)
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(workers)
    others = [context.Process(target=work, args=(start,)) for _ in range(workers - 1)]
    for other in others:
        other.start()
    ready()
    work(start)
    for other in others:
        other.join()


if __name__ == "__main__":
    main(int(sys.argv[1]))
