"""A server says something of us for ten minutes: every letter arrives all the same, and once.

Every reply that we know of, at the command where it is said, over a real connection; the minutes
pass by our own clock.
"""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import update

from course.db.transactions import transaction
from course.models import Delivery, DeliveryState
from tests.emails import wordings
from tests.faults.scene import FULL
from tests.faults.scripted import Scripted
from tests.faults.server import serving
from tests.support import worlds
from tests.support.world import World

MINUTE = timedelta(minutes=1)

READERS = ("ada@example.org", "grace@example.net", "alan@example.com")
REPLIES = wordings.rows(wordings.SERVER) + wordings.rows(wordings.POLICY)

# Of all replies so many at once; all of them, minute by minute, where the tests are to be full.
STEP, LOOKS = (3, 10) if FULL else (21, 3)


def due_again(world: World) -> None:
    with transaction(world.runtime.engine) as session:
        now = world.clock.now()
        fresh = {"state": DeliveryState.DUE, "attempts": 0, "due_at": now, "try_at": now}
        session.execute(update(Delivery).values(**fresh))


def live(world: World, minutes: int, looks: int) -> None:
    for _ in range(looks):
        world.clock.advance(minutes * MINUTE / looks)
        world.settle()


@pytest.mark.parametrize("first", [0, 1, 2] if FULL else [0, 7, 14])
def test_ten_minutes_of_any_reply_lose_and_double_nothing(
    first: int, sqlite_template: Path, tmp_path: Path
) -> None:
    shutil.copy(sqlite_template, tmp_path / "letterpath.sqlite3")
    database = f"sqlite:///{tmp_path}/letterpath.sqlite3"
    script = Scripted(extensions=("AUTH PLAIN",) if first % 2 else ("AUTH PLAIN", "PIPELINING"))
    with serving(script) as port:
        url = f"smtp://me:secret@127.0.0.1:{port}?timeout=5&connections=2"
        world = worlds.make(database, tmp_path, mail_url=url)
        for address in READERS:
            world.press("/courses/emotional-safety/sign-ups", address=address)
        world.settle()
        for verb, reply in REPLIES[first::STEP]:
            script.accepted.clear()
            script.sayings = {verb: reply}
            script.hang_up()
            due_again(world)
            world.settle()
            live(world, 10, LOOKS)
            assert script.accepted == [], (verb, reply)
            script.sayings = {}
            live(world, 16, 4)
            assert len(script.accepted) == len(READERS), (verb, reply)
