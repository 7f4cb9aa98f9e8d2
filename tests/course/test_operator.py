"""What the operator types: how it stands, and what to do about it."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner, Result

from course import runtime, ticking
from course.cli import letterpath
from emails.errors import Refused
from emails.transports.memory import MemoryTransport
from tests.course.test_cli import run, url
from tests.hands import take
from tests.servers import Mailroom
from tests.world import World

Terminal = Callable[..., Result]


@pytest.fixture
def terminal(world: World) -> Iterator[Terminal]:
    """`letterpath …` in this process, on this world and by its clock."""
    before = runtime._runtime
    runtime.install(world.runtime)

    def type_in(*words: str, answer: str | None = None) -> Result:
        return CliRunner().invoke(letterpath, words, input=answer, prog_name="letterpath")

    yield type_in
    runtime._runtime = before


def asks(world: World, *names: str) -> None:
    """They have asked for letters, which are due."""
    for name in names:
        world.press("/courses/emotional-safety/sign-ups", address=f"{name}@example.org")
    ticking.write_due(world.runtime)


def refuses(world: World, name: str) -> None:
    transport = world.runtime.transport
    assert isinstance(transport, MemoryTransport)
    transport.replies = {f"{name}@example.org": Refused(550, f"5.7.1 <{name}@example.org>: no")}


def lines(shown: Result) -> list[str]:
    return [" ".join(line.split()) for line in shown.stdout.splitlines()]


def elsewhere(world: World, **more: str) -> dict[str, str]:
    """The settings by which a process of its own finds this world."""
    return {"database_url": url(world), "state": str(world.runtime.settings.state), **more}


def test_the_status_has_every_number_on_its_line(world: World, terminal: Terminal) -> None:
    refuses(world, "grace")
    asks(world, "grace", "alan")
    world.settle()
    asks(world, "ada", "eve")
    take(world, size=1)
    world.clock.advance(timedelta(minutes=2))
    shown = lines(terminal("status"))
    assert "1 due now the oldest for 2 minutes" in shown
    assert "1 in flight" in shown
    assert "1 sent today 0.2 a minute" in shown
    assert "1 refused" in shown
    assert "1 550 5.7.1 …: no 1 refused" in shown
    assert "1 example.org 1 refused" in shown


def test_the_status_names_nobody(world: World, terminal: Terminal) -> None:
    refuses(world, "grace")
    asks(world, "grace")
    world.settle()
    assert "grace" not in terminal("status").output


def test_send_carries_what_is_due_and_says_so(world: World, smtp: tuple[str, Mailroom]) -> None:
    world.clock.at = datetime.now(UTC)
    asks(world, "ada", "grace")
    mail_url, room = smtp
    done = run("send", **elsewhere(world, mail_url=f"{mail_url}?starttls=never"))
    assert (done.returncode, done.stdout) == (0, "2 sent; nothing more is due.\n"), done.stderr
    assert len(room.messages) == 2
    assert "2/2" in done.stderr
    again = run("send", **elsewhere(world, mail_url=f"{mail_url}?starttls=never"))
    assert again.stdout == "Nothing was sent; nothing more is due.\n"


def test_send_says_what_could_not_be_sent_and_where_to_look(world: World) -> None:
    world.clock.at = datetime.now(UTC)
    asks(world, "ada")
    done = run("send", **elsewhere(world, mail_url="smtp://127.0.0.1:1"))
    assert done.returncode == os.EX_TEMPFAIL
    assert "letterpath status" in done.stdout + done.stderr
