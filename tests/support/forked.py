"""`python worker.py …` in a process of its own, without waiting for Python to import it.

One process has imported it, and forks for each (`fork_server`). It answers while they run.
"""

import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.support import fork_server
from tests.support.fork_server import Order
from tests.support.waiting import eventually


@dataclass
class Program:
    """One that runs, in a session of its own: what a `subprocess.Popen` can do of it."""

    pid: int

    def poll(self) -> int | None:
        """Its exit code, once it has ended."""
        code = fork_server.ask(__name__, {"ended": self.pid})
        return None if code is None else int(code)

    def wait(self, timeout: float) -> int:
        """Raises `TimeoutError`."""
        if not eventually(lambda: self.poll() is not None, timeout):
            raise TimeoutError(f"{self.pid} runs on")
        code = self.poll()
        assert code is not None
        return code

    def terminate(self) -> None:
        os.kill(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)


def worker(*words: str, environment: dict[str, str], log: Path) -> Program:
    """What it writes to stderr is added to `log`."""
    log.touch()
    order = {"words": words, "environment": environment, "log": str(log)}
    return Program(fork_server.ask(__name__, order))


def serve() -> int:
    """The exit code of a program, in the child that has run it."""
    import worker as program

    ended: dict[int, int] = {}
    for order, reply in fork_server.orders():
        if "ended" in order:
            reply(_exit_code(order["ended"], ended))
        elif pid := os.fork():
            reply(pid)
        else:
            _take(order)
            return program.main()
    return 0


def _exit_code(pid: int, ended: dict[int, int]) -> int | None:
    if pid not in ended:
        found, status = os.waitpid(pid, os.WNOHANG)
        if not found:
            return None
        ended[pid] = os.waitstatus_to_exitcode(status)
    return ended[pid]


def _take(order: Order) -> None:
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDWR)
    log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    fork_server.become(order, [nothing, nothing, log])


if __name__ == "__main__":
    sys.exit(serve())
