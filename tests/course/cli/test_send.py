"""`letterpath send`: what is due goes out here and now."""

import os
from datetime import UTC, datetime

from tests.support.commands import run
from tests.support.servers import Mailroom
from tests.support.terminal import asks, elsewhere
from tests.support.world import World


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
    assert done.stdout.startswith("Nothing was sent; 1 still due.")
    assert "letterpath status" in done.stdout
