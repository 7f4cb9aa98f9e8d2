"""`letterpath …` in a process of its own, without waiting for Python to import it.

One process has imported all commands, and forks for each: the child takes the folder, the
environment and the three files, runs `main` as the console script does, and ends as that ends.
"""

import atexit
import gc
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import IO, Any, NoReturn

ROOT = Path(__file__).parents[2]

# Seconds until a command is killed.
PATIENCE = 120


def run(
    *words: str, stdin: str = "", umask: str = "022", **settings: str
) -> "subprocess.CompletedProcess[str]":
    """Given no setting but these, and started under that umask."""
    clean = {name: value for name, value in os.environ.items() if "LETTERPATH" not in name}
    named = {f"LETTERPATH_{name.upper()}": value for name, value in settings.items()}
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("in", "out", "err")]
        files[0].write_text(stdin, newline="")
        order: dict[str, Any] = {
            "words": words,
            "umask": int(umask, 8),
            "environment": {**clean, **named, "COLUMNS": "100"},
            "files": [str(path) for path in files],
        }
        code = _answer(order)
        said = [path.read_text() for path in files[1:]]
    return subprocess.CompletedProcess(list(words), code, *said)


def _answer(order: dict[str, Any]) -> int:
    server = _server()
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(json.dumps(order) + "\n")
    server.stdin.flush()
    return int(server.stdout.readline())


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


def serve() -> None:
    """Until nobody gives orders any more."""
    from course import cli
    from course.authoring import compiling
    from tests.support.world import COURSE

    for name in cli.letterpath.list_commands(None):  # type: ignore[arg-type]
        import_module(f"{cli.__name__}.{name}")
    for name in ("course.app", "course.db.schema", "alembic.command"):
        import_module(name)
    compiling.compile_course(COURSE)  # its templates are compiled then
    # What is here for good is not looked through in every child, whose copy of it that would make.
    gc.collect()
    gc.freeze()
    # The commands have 0, 1 and 2.
    orders, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    for line in orders:
        order = json.loads(line)
        if not (child := os.fork()):
            _take(order)
            _end(cli.main, order["words"])
        _, status = os.waitpid(child, 0)
        _reply(answers, os.waitstatus_to_exitcode(status))


def _end(main: Callable[[list[str]], int], words: list[str]) -> NoReturn:
    """As the console script ends, but that what was imported is not taken down piece by piece."""
    try:
        sys.exit(main(words))
    except SystemExit as ending:
        code = int(ending.code or 0)
    except BaseException:
        traceback.print_exc()
        code = 1
    threading._shutdown()  # type: ignore[attr-defined]  # waits for threads
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _take(order: dict[str, Any]) -> None:
    signal.alarm(PATIENCE)
    os.environ.clear()
    os.environ.update(order["environment"])
    os.umask(order["umask"])
    sys.argv[1:] = order["words"]
    for number, path in enumerate(order["files"]):
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(file, number)
        os.close(file)


def _reply(answers: IO[str], code: int) -> None:
    answers.write(f"{code}\n")
    answers.flush()


if __name__ == "__main__":
    serve()
