"""The process supervisor of `make run` (`letterpath run`), for development.

Starts Redis, the web server, a worker and the clock, prints their lines under their names, and
stops all of them when one ends or on Ctrl-C: SIGTERM first, SIGKILL after `STOP_TIMEOUT` seconds.

honcho's processes and printer are used. Its `Manager` is not: it signals all processes at the same
time and only once, so one that has not reported its start yet is missed, and Redis would go while a
worker still needs it; and a closed terminal (SIGHUP) leaves its processes running.
"""

import os
import signal
import sys
import time
from collections.abc import Collection
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

# Seconds between SIGTERM and SIGKILL.
STOP_TIMEOUT = 10.0

# Ctrl-C, a polite kill, and a closed terminal.
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ProcessGroup:
    """Commands by name, each in a process group of its own."""

    def __init__(self, commands: dict[str, str], environment: dict[str, str]) -> None:
        from honcho import colour, printer, process

        self.events: SimpleQueue[Any] = SimpleQueue()
        self.printer = printer.Printer(sys.stdout, width=max(map(len, commands)))
        self.processes = [
            process.Process(command, name=name, colour=shade, env=environment)
            for (name, command), shade in zip(commands.items(), colour.get_colours(), strict=False)
        ]
        self.pids: dict[str, int] = {}
        self.unfinished = set(commands)
        self.signalled: set[str] = set()
        self.kill_at: float | None = None
        self.ended: tuple[str, int] | None = None

    def listen(self) -> None:
        """From here on a signal is an event that `wait` handles."""
        for number in STOPPING:
            signal.signal(number, lambda *_: self.events.put(None))

    def wait(self) -> tuple[str, int] | None:
        """Start all, wait for all. The first to end, and its exit code; None after a signal."""
        for process in self.processes:
            Thread(target=process.run, args=(self.events,), daemon=True).start()
        while self.unfinished:
            with suppress(Empty):
                self._handle(self.events.get(timeout=0.5))
            if self.kill_at and time.monotonic() > self.kill_at:
                self._signal(self.pids, signal.SIGKILL)
        return self.ended

    def _handle(self, event: Any) -> None:
        """`event` is honcho's message from a process; None: we were told to stop."""
        if event is None:
            self._stop()
        elif event.type == "line":
            self._show(event)
        elif event.type == "start":
            self.pids[event.name] = event.data["pid"]
            self._show(event._replace(type="line", data="started"))
        else:
            self._exited(event)
        if self.kill_at:
            self._terminate()

    def _exited(self, event: Any) -> None:
        del self.pids[event.name]
        self.unfinished.remove(event.name)
        self._show(event._replace(type="line", data="stopped"))
        if not self.kill_at:
            self.ended = event.name, event.data["returncode"]
            self._stop()

    def _stop(self) -> None:
        self.kill_at = self.kill_at or time.monotonic() + STOP_TIMEOUT

    def _terminate(self) -> None:
        """SIGTERM once: an RQ worker that gets two drops its job. Redis last: others need it."""
        leaving = (self.unfinished - {"redis"}) or self.unfinished
        asked = leaving & self.pids.keys() - self.signalled
        self.signalled |= asked
        self._signal(asked, signal.SIGTERM)

    def _signal(self, names: Collection[str], number: signal.Signals) -> None:
        for name in names:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pids[name], number)

    def _show(self, line: Any) -> None:
        # A terminal that was closed must not keep the processes from being stopped.
        with suppress(OSError):
            self.printer.write(line)
