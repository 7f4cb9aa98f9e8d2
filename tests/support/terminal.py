"""Commands as somebody types them: in this process, or as they are installed."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from click.testing import CliRunner, Result
from sqlmodel import col, select

from course.cli import letterpath
from course.db.transactions import reading
from course.models import Delivery, DeliveryState
from course.runtime import process
from course.scheduling import clock_loop
from emails.errors import Refused
from emails.transports.memory import MemoryTransport
from tests.support.environment import OURS, ROOT, environment, variables
from tests.support.world import PASSWORD_HASH, SECRET_KEY, World

Terminal = Callable[..., Result]

COMMAND = Path(sys.executable).parent / "letterpath"

# Nobody listens there.
AWAY = "postgresql://ada:hush@127.0.0.1:1/letterpath"


@contextmanager
def typed_in(world: World) -> Iterator[Terminal]:
    """`letterpath …` in this process, on this world and by its clock."""
    before = process._runtime
    process._runtime = world.runtime

    def type_in(*words: str, answer: str | None = None) -> Result:
        return CliRunner().invoke(letterpath, words, input=answer, prog_name="letterpath")

    try:
        yield type_in
    finally:
        process._runtime = before


def url(world: World) -> str:
    return world.runtime.settings.database_url


def elsewhere(world: World, **more: str) -> dict[str, str]:
    """The settings by which a process of its own finds this world."""
    return {"database_url": url(world), "state": str(world.runtime.settings.state), **more}


def console_script(*words: str) -> "subprocess.CompletedProcess[str]":
    """As it is installed: it ends by calling what `run` calls."""
    return subprocess.run(
        [COMMAND, *words], cwd=ROOT, env=environment(), capture_output=True, text=True, check=False
    )


def invoke(*words: str, **settings: str) -> Result:
    """The same in this process, and so at once: for what needs no database."""
    return CliRunner(env=variables(**{**OURS, **settings})).invoke(
        letterpath, words, prog_name="letterpath"
    )


def production(folder: Path) -> dict[str, str]:
    """Settings with which it starts, but for a Redis and a mail server that answer."""
    return {
        "env": "production",
        "base_url": "https://letters.example.org",
        "database_url": f"sqlite:///{folder}/production.sqlite3",
        "redis_url": "redis://127.0.0.1:1",
        "mail_url": "smtp://127.0.0.1:1",
        "mail_from": "CNT <letters@example.org>",
        "secret_key": SECRET_KEY,
        "admin_password_hash": PASSWORD_HASH,
    }


def asks(world: World, *names: str) -> None:
    """They have asked for letters, which are due."""
    for name in names:
        world.press("/courses/emotional-safety/sign-ups", address=f"{name}@example.org")
    clock_loop.write_due(world.runtime)


def refuses(world: World, name: str) -> None:
    transport = world.runtime.transports[0].transport
    assert isinstance(transport, MemoryTransport)
    transport.replies = {f"{name}@example.org": Refused(550, f"5.7.1 <{name}@example.org>: no")}


def lines(shown: Result) -> list[str]:
    return [" ".join(line.split()) for line in shown.stdout.splitlines()]


def states(world: World) -> list[str]:
    with reading(world.runtime.engine) as session:
        found = session.exec(select(Delivery.state).order_by(col(Delivery.id)))
        return [DeliveryState(state).value for state in found]
