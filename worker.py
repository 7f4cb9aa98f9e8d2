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
from _thread import start_new_thread
from collections.abc import Callable

from redis.exceptions import RedisError

from course import jobs
from course.config import file_permissions
from course.config.loader import load
from course.config.settings import ConfigError
from course.runtime import logs
from course.runtime.process import runtime
from course.runtime.rq_worker import Listener
from course.scheduling import clock_loop

log = logging.getLogger("letterpath.worker")

# Seconds between a death and the next start, and between two tries to reach Redis.
RESTART_DELAY = 2.0


def main() -> int:
    options = _options()
    file_permissions.set_umask()
    try:
        settings = load()
    except ConfigError as error:
        print(error, file=sys.stderr)
        return os.EX_CONFIG
    logs.configure(settings.log, logging.INFO)
    roles: list[Callable[[], None]] = []
    if not options.clock_only:
        roles += [work] * options.workers
    if not options.no_clock:
        roles.append(tick)
    return supervise(roles) if len(roles) > 1 else _alone(roles[0])


def work() -> None:
    """An RQ worker. It gives up on every trouble with Redis; then there is a new one."""
    stop = _begin()
    while not stop.is_set():
        try:
            log.info("worker %d waits for the bell", os.getpid())
            listen()
        except RedisError as error:
            log.warning("Redis is away (%s); trying again", type(error).__name__)
        stop.wait(RESTART_DELAY)


def listen() -> None:
    """Answer the bell until told to stop. Raises `RedisError` where Redis is away."""
    Listener(runtime(), jobs.look).listen()


def tick() -> None:
    stop = _begin()
    log.info("the clock looks every %g seconds", clock_loop.INTERVAL)
    clock_loop.run(runtime(), stop)


def supervise(roles: list[Callable[[], None]]) -> int:
    """Run every role in a process of its own until told to stop."""
    context = multiprocessing.get_context("spawn")
    stop = _stop_on_signal(threading.Event())
    running = {index: _start(context, role) for index, role in enumerate(roles)}
    while not stop.wait(RESTART_DELAY):
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


def _begin() -> threading.Event:
    """What every role does first; the event that tells it to stop."""
    file_permissions.set_umask()
    logs.configure(runtime().settings.log, logging.INFO)
    if (parent := multiprocessing.parent_process()) is not None:
        threading.Thread(target=_exit_with_parent, args=(parent,), daemon=True).start()
    return _stop_on_signal(runtime().stopping)


def _exit_with_parent(parent: multiprocessing.process.BaseProcess) -> None:
    """End when the supervisor does: nobody would restart or stop a process without it."""
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


def _stop_on_signal(stop: threading.Event) -> threading.Event:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: _set(stop))
    return stop


def _set(stop: threading.Event) -> None:
    """From a signal handler: the code it interrupts may hold the event's lock, and wait for us."""
    start_new_thread(stop.set, ())


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="worker.py", description="Send Letterpath's letters: RQ workers and the clock."
    )
    parser.add_argument("--workers", type=_count, default=1, help="how many (default: 1)")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--no-clock", action="store_true", help="workers only")
    only.add_argument("--clock-only", action="store_true", help="the clock only")
    return parser.parse_args()


def _count(text: str) -> int:
    if (count := int(text)) < 1:
        raise ValueError(text)
    return count


if __name__ == "__main__":
    raise SystemExit(main())
