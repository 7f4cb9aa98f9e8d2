"""Programs, each in a process of its own that needn't import first what it runs.

One process has imported them, and forks for each (`fork_server`). It answers while they run.
"""

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
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
    """What it writes is added to `log`."""
    return _started("worker", words, environment, log)


def gunicorn(*words: str, environment: dict[str, str], log: Path) -> Program:
    """What it writes is added to `log`. Its workers import wsgi.py themselves."""
    return _started("gunicorn", words, environment, log)


def letterpath(*words: str, environment: dict[str, str], log: Path) -> Program:
    """What both its streams say is added to `log`. `commands` runs those that end by themselves."""
    return _started("letterpath", words, environment, log)


def script(text: str, environment: dict[str, str], log: Path) -> Program:
    """`python -c` with that text, where worker.py has been imported and wsgi.py has not."""
    return _started("script", (text,), environment, log)


def _started(
    program: str, words: tuple[str, ...], environment: dict[str, str], log: Path
) -> Program:
    log.touch()
    order = {"program": program, "words": words, "environment": environment, "log": str(log)}
    return Program(fork_server.ask(__name__, order))


def serve() -> int | None:
    """The exit code of a program, in the child that has run it."""
    ended: dict[int, int] = {}
    for order, reply in fork_server.orders():
        if "ended" in order:
            reply(_exit_code(order["ended"], ended))
            continue
        main = _MAINS[order["program"]]()
        if pid := os.fork():
            reply(pid)
        else:
            _take(order)
            return main()
    return 0


def _worker() -> Callable[[], int]:
    import worker

    return worker.main


def _letterpath() -> Callable[[], int]:
    from course import cli

    for name in ("run", "status"):
        import_module(f"{cli.__name__}.{name}")
    return cli.main


def _script() -> Callable[[], None]:
    _worker()
    return lambda: exec(sys.argv[1], {"__name__": "__main__"})


def _gunicorn() -> Callable[[], None]:
    from gunicorn.app import wsgiapp

    for name in ("course.app", "course.http.gunicorn_config", "course.http.request_buffering"):
        import_module(name)
    return wsgiapp.run  # type: ignore[no-any-return]


# What a program's order is answered with, imported with the first of them.
_MAINS: dict[str, Callable[[], Callable[[], int | None]]] = {
    "worker": _worker,
    "gunicorn": _gunicorn,
    "letterpath": _letterpath,
    "script": _script,
}


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
    fork_server.become(order, [nothing, log, log])


if __name__ == "__main__":
    sys.exit(serve())
