"""`letterpath …` in a process of its own, without waiting for Python to import it.

One process has imported all commands, and forks for each (`fork_server`): the child takes the
environment and the three files, runs `main` as the console script does, and ends as that ends.
"""

import atexit
import gc
import os
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from tests.support import fork_server
from tests.support.environment import environment
from tests.support.fork_server import Order

# Seconds until a command is killed.
PATIENCE = 120


def run(
    *words: str, stdin: str = "", umask: str = "022", **settings: str
) -> "subprocess.CompletedProcess[str]":
    """Given no setting but these, and started under that umask."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("in", "out", "err")]
        files[0].write_text(stdin, newline="")
        order = {
            "words": words,
            "umask": int(umask, 8),
            "environment": {**environment(**settings), "COLUMNS": "100"},
            "files": [str(path) for path in files],
        }
        code = fork_server.ask(__name__, order)
        said = [path.read_text() for path in files[1:]]
    return subprocess.CompletedProcess(list(words), code, *said)


def serve() -> None:
    """Until nobody gives orders any more."""
    from course import cli
    from course.authoring import compiling
    from tests.support.shipped import COURSE

    for name in cli.letterpath.list_commands(None):  # type: ignore[arg-type]
        import_module(f"{cli.__name__}.{name}")
    for name in ("course.app", "course.db.schema", "alembic.command"):
        import_module(name)
    compiling.compile_course(COURSE)  # its templates are compiled then
    # What is here for good is not looked through in every child, whose copy of it that would make.
    gc.collect()
    gc.freeze()
    for order, reply in fork_server.orders():
        if not (child := os.fork()):
            _take(order)
            _end(cli.main, order["words"])
        _, status = os.waitpid(child, 0)
        reply(os.waitstatus_to_exitcode(status))


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


def _take(order: Order) -> None:
    signal.alarm(PATIENCE)
    os.umask(order["umask"])
    files = [os.open(path, os.O_RDWR | os.O_CREAT, 0o600) for path in order["files"]]
    fork_server.become(order, files)


if __name__ == "__main__":
    serve()
