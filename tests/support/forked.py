"""`python worker.py …` in a process of its own, without waiting for Python to import it.

One process has imported it, and forks for each, as `commands` does. It answers while they run.
"""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


@dataclass
class Program:
    """One that runs, in a session of its own: what a `subprocess.Popen` can do of it."""

    pid: int

    def poll(self) -> int | None:
        """Its exit code, once it has ended."""
        code = _answer({"ended": self.pid})
        return None if code is None else int(code)

    def wait(self, timeout: float) -> int:
        """Raises `TimeoutError`."""
        give_up = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() > give_up:
                raise TimeoutError(f"{self.pid} runs on")
            time.sleep(0.02)
        return code

    def terminate(self) -> None:
        os.kill(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)


def worker(*words: str, environment: dict[str, str], log: Path) -> Program:
    """What it writes to stderr is added to `log`."""
    log.touch()
    return Program(_answer({"words": words, "environment": environment, "log": str(log)}))


def _answer(order: dict[str, Any]) -> Any:
    server = _server()
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(json.dumps(order) + "\n")
    server.stdin.flush()
    return json.loads(server.stdout.readline())


@cache
def _server() -> "subprocess.Popen[str]":
    """It ends with this process, whose end of the pipe is closed then."""
    clean = {name: value for name, value in os.environ.items() if "LETTERPATH" not in name}
    return subprocess.Popen(
        [sys.executable, "-m", __name__],
        cwd=ROOT,
        env=clean,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def serve() -> int:
    """The exit code of a program, in the child that has run it."""
    import worker as program

    ended: dict[int, int] = {}
    orders, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    for line in orders:
        order = json.loads(line)
        if "ended" in order:
            answer = _exit_code(order["ended"], ended)
        elif not (answer := os.fork()):
            _take(order)
            return program.main()
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
    return 0


def _exit_code(pid: int, ended: dict[int, int]) -> int | None:
    if pid not in ended:
        found, status = os.waitpid(pid, os.WNOHANG)
        if not found:
            return None
        ended[pid] = os.waitstatus_to_exitcode(status)
    return ended[pid]


def _take(order: dict[str, Any]) -> None:
    os.setsid()
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv[1:] = order["words"]
    log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number, file in enumerate((nothing, nothing, log)):
        os.dup2(file, number)
    os.close(log)
    os.close(nothing)


if __name__ == "__main__":
    sys.exit(serve())
