"""Programs that run on, each forked from a process that has imported it (`fork_server`)."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path

from tests.support import fork_server
from tests.support.waiting import eventually


@dataclass
class Program:
    """One that runs, in a session of its own: what a `subprocess.Popen` can do of it."""

    pid: int

    def poll(self) -> int | None:
        """Its exit code, once it has ended."""
        return fork_server.exit_code(self.pid)

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
    files = (os.devnull, str(log), str(log))
    return Program(fork_server.start(program, words, environment, files))
