"""`python worker.py`: the RQ workers and the clock.

One process each, started fresh so that nothing crosses a fork. One that dies is started again.
"""

import argparse
import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

from redis.exceptions import RedisError
from rq import SimpleWorker
from rq.exceptions import StopRequested
from rq.serializers import JSONSerializer

from course import config, ticking
from course.bell import QUEUE
from course.runtime import runtime

log = logging.getLogger("letterpath.worker")

# Seconds between a death and the next start, and between two tries to reach Redis.
REST = 2.0


def main() -> int:
    options = _options()
    _log_to_stderr()
    try:
        config.load()
    except config.ConfigError as error:
        print(error, file=sys.stderr)
        return os.EX_CONFIG
    roles: list[Callable[[], None]] = []
    if not options.clock_only:
        roles += [work] * options.workers
    if not options.no_clock:
        roles.append(tick)
    return supervise(roles) if len(roles) > 1 else _alone(roles[0])


def work() -> None:
    """An RQ worker that runs its jobs in this process. Redis may be away and come back."""
    _log_to_stderr()
    stop = _stop_on_signal()
    while not stop.is_set():
        try:
            worker = SimpleWorker(
                [QUEUE], connection=runtime().bell.worker_connection(), serializer=JSONSerializer
            )
            log.info("worker %d waits for the bell", os.getpid())
            worker.work(logging_level="WARNING")
            return
        except RedisError as error:
            log.warning("Redis is away (%s); trying again", type(error).__name__)
            stop.wait(REST)


def tick() -> None:
    _log_to_stderr()
    log.info("the clock looks every %g seconds", ticking.INTERVAL)
    ticking.run(runtime(), _stop_on_signal())


def supervise(roles: list[Callable[[], None]]) -> int:
    """Run every role in a process of its own until told to stop."""
    context = multiprocessing.get_context("spawn")
    stop = _stop_on_signal()
    running = {index: _start(context, role) for index, role in enumerate(roles)}
    while not stop.wait(REST):
        for index, process in running.items():
            if not process.is_alive():
                log.error("%s died (exit %s); again", roles[index].__name__, process.exitcode)
                running[index] = _start(context, roles[index])
    for process in running.values():
        process.terminate()
    for process in running.values():
        process.join()
    return 0


def _start(
    context: "multiprocessing.context.SpawnContext", role: Callable[[], None]
) -> "multiprocessing.context.SpawnProcess":
    process = context.Process(target=role, name=role.__name__)
    process.start()
    return process


def _alone(role: Callable[[], None]) -> int:
    role()
    return 0


def _stop_on_signal() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _log_to_stderr() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("rq").setLevel(logging.WARNING)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="worker.py", description="Send Letterpath's letters: RQ workers and the clock."
    )
    parser.add_argument("--workers", type=int, default=1, help="how many RQ workers (default: 1)")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--no-clock", action="store_true", help="workers only")
    only.add_argument("--clock-only", action="store_true", help="the clock only")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
