"""A worker that may die, in a process of its own, with LETTERPATH_* in its environment.

It works as the clock does where no bell is heard, until nothing is due. MORTAL_VICTIM names a file
for its process number. MORTAL_COMMIT=before:N or after:N kills it there, at its N-th commit,
through the engine's own events.
"""

import os
import signal
import time
from pathlib import Path

from sqlalchemy import Connection, event

from course.runtime.process import Runtime, runtime
from course.scheduling import clock_loop
from course.sending import delivering
from tests.support import compiled_once


def main(environment: dict[str, str]) -> None:
    os.environ.update(environment)
    os.dup2(os.open(environment["MORTAL_WORDS"], os.O_CREAT | os.O_WRONLY | os.O_APPEND), 2)
    parts = runtime()
    compiled_once.share_statements(parts.engine)
    if victim := os.environ.get("MORTAL_VICTIM"):
        Path(victim).write_text(str(os.getpid()))
    if moment := os.environ.get("MORTAL_COMMIT"):
        _doom(parts, *moment.split(":"))
    work(parts)


def work(parts: Runtime) -> None:
    while True:
        clock_loop.write_due(parts)
        if not clock_loop.is_anything_due(parts):
            return
        delivering.deliver_due(parts)
        time.sleep(0.05)


def _doom(parts: Runtime, when: str, number: str) -> None:
    left = int(number)

    def dies(_connection: Connection) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            if when == "after":
                # The engine tells before it commits, so the commit is done here first.
                _connection.connection.driver_connection.execute("COMMIT")  # type: ignore[union-attr]
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(parts.engine, "commit", dies)
