"""`letterpath receive`: a mail server hands in a letter."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.support.commands import run
from tests.support.terminal import AWAY, url
from tests.support.world import World


def receive(world: World, state: Path, raw: str) -> "subprocess.CompletedProcess[str]":
    secret = world.runtime.settings.secret_key.get_secret_value()
    settings = {"database_url": url(world), "state": str(state), "secret_key": secret}
    return run("receive", stdin=raw, **settings)


def test_a_letter_that_asks_to_leave_is_heard(world: World, tmp_path: Path) -> None:
    world.enroll()
    token = world.link("/u/", world.letters()[-1]).rpartition("/")[2]
    done = receive(world, tmp_path, f"Subject: leave {token}\n\n")
    assert done.stdout.endswith("has left.\n"), done.stderr
    assert "ada@example.org" not in done.stdout
    assert world.enrollment().state == "left"


@pytest.mark.parametrize("subject", ["Thank you for the lesson", "leave " + "A" * 24, ""])
def test_a_letter_that_does_not_ask_changes_nothing(
    world: World, tmp_path: Path, subject: str
) -> None:
    world.enroll()
    before = world.rows()
    done = receive(world, tmp_path, f"Subject: {subject}\n\nleave\n")
    assert done.returncode == 0
    assert done.stdout.startswith("Nothing ")
    assert world.rows() == before


@pytest.mark.parametrize("settings", [{"database_url": AWAY}, {"env": "production"}])
def test_a_mail_server_brings_the_letter_again_when_it_can_be_read(
    settings: dict[str, str],
) -> None:
    done = run("receive", stdin="Subject: leave it\n\n", **settings)
    assert done.returncode == os.EX_TEMPFAIL
    assert len(done.stderr.splitlines()) == 1
