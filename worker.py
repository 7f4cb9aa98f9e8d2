"""`python worker.py`: the RQ workers and the clock.

One process each, forked from a supervisor that has imported everything and opened nothing: they
start at once and share its memory. One that dies is started again.
"""

import argparse
import gc
import logging
import multiprocessing
import os
import signal
import sys
import threading
from _thread import start_new_thread
from collections.abc import Callable
from multiprocessing.process import BaseProcess

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

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)

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
        roles.append(clock)
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


def clock() -> None:
    """The clock: ticks until told to stop."""
    stop = _begin()
    log.info("the clock looks every %g seconds", clock_loop.INTERVAL)
    clock_loop.run(runtime(), stop)


def supervise(roles: list[Callable[[], None]]) -> int:
    """Run every role in a process of its own until told to stop."""
    gc.freeze()  # or the first collection in each process would write to all that they share
    stop, pipe = _stop_on_signal(threading.Event()), os.pipe()
    running = {index: _start(role, pipe) for index, role in enumerate(roles)}
    while not stop.wait(RESTART_DELAY):
        for index, process in running.items():
            if not process.is_alive():
                name, code = roles[index].__name__, process.exitcode
                log.error("%s died (exit %s); starting it again", name, code)
                running[index] = _start(roles[index], pipe)
    for process in running.values():
        process.terminate()
    for process in running.values():
        process.join()
    return 0


def _start(role: Callable[[], None], pipe: tuple[int, int]) -> BaseProcess:
    """Without a signal that the new process would take for the supervisor's."""
    context = multiprocessing.get_context("fork")
    process = context.Process(target=_run, args=(role, *pipe), name=role.__name__)
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    process.start()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
    return process


def _run(role: Callable[[], None], read_end: int, write_end: int) -> None:
    """In the new process, which a signal just ends until the role handles it.

    The pipe's other end is the supervisor's alone: reading ends when it does.
    """
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
    os.close(write_end)
    threading.Thread(target=_exit_with_supervisor, args=(read_end,), daemon=True).start()
    role()


def _exit_with_supervisor(read_end: int) -> None:
    """Nobody would restart or stop a process without it."""
    os.read(read_end, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def _alone(role: Callable[[], None]) -> int:
    role()
    return 0


def _begin() -> threading.Event:
    """What every role does first; the event that tells it to stop."""
    file_permissions.set_umask()
    logs.configure(runtime().settings.log, logging.INFO)
    return _stop_on_signal(runtime().stopping)


def _stop_on_signal(stop: threading.Event) -> threading.Event:
    for number in STOP_SIGNALS:
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
