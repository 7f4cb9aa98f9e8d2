"""The parts of `letterpath run`: started together, heard together, stopped together."""

import os
import signal
import sys
import time
from collections.abc import Collection
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

# Seconds that the parts have for stopping by themselves.
STOP_TIMEOUT = 10.0

# Ctrl-C, a polite kill, and a closed terminal.
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ProcessGroup:
    """Commands by name, each in a process of its own, whose lines are printed under its name.

    honcho's own manager loses parts that it is told to stop before it has heard of their start.
    """

    def __init__(self, commands: dict[str, str], environment: dict[str, str]) -> None:
        from honcho import colour, printer, process

        self.events: SimpleQueue[Any] = SimpleQueue()
        self.printer = printer.Printer(sys.stdout, width=max(map(len, commands)))
        self.parts = [
            process.Process(command, name=name, colour=shade, env=environment)
            for (name, command), shade in zip(commands.items(), colour.get_colours(), strict=False)
        ]
        self.pids: dict[str, int] = {}
        self.unfinished = set(commands)
        self.dismissed: set[str] = set()
        self.give_up: float | None = None
        self.ended: tuple[str, int] | None = None

    def listen(self) -> None:
        """From here on a signal waits until it can be obeyed."""
        for number in STOPPING:
            signal.signal(number, lambda *_: self.events.put(None))

    def attend(self) -> tuple[str, int] | None:
        """Until all have stopped: who was the first to, and how; None where we were told to."""
        for part in self.parts:
            Thread(target=part.run, args=(self.events,), daemon=True).start()
        while self.unfinished:
            with suppress(Empty):
                self._see(self.events.get(timeout=0.5))
            if self.give_up and time.monotonic() > self.give_up:
                self._signal(self.pids, signal.SIGKILL)
        return self.ended

    def _see(self, event: Any) -> None:
        """`event` is honcho's message from a part, or None: we are told to stop."""
        if event is None:
            self._stop()
        elif event.type == "line":
            self._show(event)
        elif event.type == "start":
            self.pids[event.name] = event.data["pid"]
            self._show(event._replace(type="line", data="started"))
        else:
            self._bury(event)
        if self.give_up:
            self._dismiss()

    def _bury(self, event: Any) -> None:
        del self.pids[event.name]
        self.unfinished.remove(event.name)
        self._show(event._replace(type="line", data="stopped"))
        if not self.give_up:
            self.ended = event.name, event.data["returncode"]
            self._stop()

    def _stop(self) -> None:
        self.give_up = self.give_up or time.monotonic() + STOP_TIMEOUT

    def _dismiss(self) -> None:
        """Ask once: a worker that is told twice drops its job. Redis goes last; they need it."""
        leaving = (self.unfinished - {"redis"}) or self.unfinished
        asked = leaving & self.pids.keys() - self.dismissed
        self.dismissed |= asked
        self._signal(asked, signal.SIGTERM)

    def _signal(self, names: Collection[str], number: signal.Signals) -> None:
        for name in names:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pids[name], number)

    def _show(self, line: Any) -> None:
        # A terminal that was closed must not keep the parts from being stopped.
        with suppress(OSError):
            self.printer.write(line)
