"""One process that has imported the application, and forks each program that a test starts.

A request and its answer are a line of JSON each: a program is started, which its process id
answers, or a process id's exit code is asked for. `commands` starts what ends by itself, `forked`
what runs on.
"""

import atexit
import gc
import json
import os
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any, NoReturn

from tests.support.environment import ROOT, environment

Request = dict[str, Any]
Main = Callable[[], int | None]


def start(
    program: str,
    words: tuple[str, ...],
    environment: dict[str, str],
    files: tuple[str, str, str],
    umask: int = 0o022,
    patience: int = 0,
) -> int:
    """The id of a process, and of a session, of its own, with those files as 0, 1 and 2.

    What it writes is added to them. Given patience, it is killed after so many seconds.
    """
    return int(_ask(locals()))


def exit_code(pid: int, wait: bool = False) -> int | None:
    """None where it runs on, and nobody waits."""
    code = _ask({"pid": pid, "options": 0 if wait else os.WNOHANG})
    return None if code is None else int(code)


def _ask(request: Request) -> Any:
    server = _server()
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(json.dumps(request) + "\n")
    server.stdin.flush()
    return json.loads(server.stdout.readline())


@cache
def _server() -> "subprocess.Popen[str]":
    """Started when it is first asked. It ends with this process, which closes its pipe then."""
    return subprocess.Popen(
        [sys.executable, "-m", __name__],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def serve() -> None:
    """Until nobody asks any more."""
    requests, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    ended: dict[int, int] = {}
    for line in requests:
        request = json.loads(line)
        answer = _exit_code(ended, **request) if "pid" in request else _fork(request)
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _exit_code(ended: dict[int, int], pid: int, options: int) -> int | None:
    if pid not in ended:
        found, status = os.waitpid(pid, options)
        if not found:
            return None
        ended[pid] = os.waitstatus_to_exitcode(status)
    return ended[pid]


def _fork(request: Request) -> int:
    main = _imported(request["program"])
    if not (child := os.fork()):
        _become(request)
        _run(main)
    return child


@cache
def _imported(program: str) -> Main:
    """Its `main`, imported when it is first started."""
    main = _MAINS[program]()
    # What is here for good is not looked through in every child, whose copy of it that would make.
    gc.collect()
    gc.freeze()
    return main


def _letterpath() -> Main:
    from course import cli
    from course.authoring import compiling
    from tests.support.shipped import COURSE

    for name in cli.letterpath.list_commands(None):  # type: ignore[arg-type]
        import_module(f"{cli.__name__}.{name}")
    for name in ("course.app", "course.db.schema", "alembic.command"):
        import_module(name)
    compiling.compile_course(COURSE)  # its templates are compiled then
    return cli.main


def _worker() -> Main:
    import worker

    return worker.main


def _gunicorn() -> Main:
    from gunicorn.app import wsgiapp

    for name in ("course.app", "course.http.gunicorn_config", "course.http.request_buffering"):
        import_module(name)
    return wsgiapp.run  # type: ignore[no-any-return]


def _script() -> Main:
    _worker()
    return lambda: exec(sys.argv[1], {"__name__": "__main__"})


_MAINS: dict[str, Callable[[], Main]] = {
    "letterpath": _letterpath,
    "worker": _worker,
    "gunicorn": _gunicorn,
    "script": _script,
}


def _become(request: Request) -> None:
    os.setsid()
    signal.alarm(request["patience"])
    os.umask(request["umask"])
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv[1:] = request["words"]
    for number, path in enumerate(request["files"]):
        file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        os.dup2(file, number)
        os.close(file)


def _run(main: Main) -> NoReturn:
    """As a program ends, but that what was imported is not taken down piece by piece."""
    try:
        sys.exit(main())
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


if __name__ == "__main__":
    serve()
