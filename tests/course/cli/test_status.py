"""`letterpath status`: every number on its line, and nobody named."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from threading import Timer

import pytest

from emails.errors import Deferred
from emails.transports.memory import MemoryTransport
from tests.support.claims import take
from tests.support.environment import environment
from tests.support.terminal import COMMAND, Terminal, asks, elsewhere, lines, refuses
from tests.support.world import World

# Seconds until a command that says nothing is given up.
PATIENCE = 60


@contextmanager
def started(*words: str, **settings: str) -> Iterator["subprocess.Popen[str]"]:
    """The real command, to be stopped. Killed after a minute: nobody waits for its lines longer."""
    inherited = environment(**settings)
    inherited.pop("PYTHONUNBUFFERED", None)
    with subprocess.Popen(
        [COMMAND, *words],
        env=inherited,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        limit = Timer(PATIENCE, process.kill)
        limit.start()
        try:
            yield process
        finally:
            limit.cancel()
            process.kill()


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


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # it asks as the others do
def test_the_status_is_watched_until_somebody_stops_it(world: World) -> None:
    with started("status", "--watch", "--every", "0.2", **elsewhere(world)) as watching:
        assert watching.stdout is not None
        boards = (line for line in watching.stdout if "due now" in line)
        assert len(list(islice(boards, 2))) == 2, "each is shown at once"
        watching.send_signal(signal.SIGINT)
        _, complaint = watching.communicate()
    assert (watching.returncode, complaint) == (0, "")


def test_the_status_says_who_is_left_alone_and_why(world: World, terminal: Terminal) -> None:
    transport = world.runtime.transports[0].transport
    assert isinstance(transport, MemoryTransport)
    transport.replies = {"ada@example.org": Deferred(421, "4.7.0 slow down")}
    asks(world, "ada")
    world.settle()
    assert "5 minutes letters to example.org 421 4.7.0 slow down" in lines(terminal("status"))
