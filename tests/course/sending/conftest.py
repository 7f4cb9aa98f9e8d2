"""Confirmations that are due."""

from pathlib import Path

import pytest

from course.scheduling import clock_loop
from tests.course.sending.kit import ADA, GRACE, MALLORY, Make
from tests.support import worlds
from tests.support.prepared import Prepare, Prepared
from tests.support.world import World


@pytest.fixture
def three(prepare: Prepare) -> World:
    return prepare(confirmations_are_due)


def confirmations_are_due(world: World) -> None:
    """Ada's, Grace's and Mallory's."""
    for address in (ADA, GRACE, MALLORY):
        world.press("/courses/emotional-safety/sign-ups", address=address)
    clock_loop.write_due(world.runtime)


@pytest.fixture
def make(database_url: str, tmp_path: Path, prepared: Prepared) -> Make:
    """A world with that mail URL, in which Ada, Grace, Alan and Mallory have signed up."""

    def made(mail_url: str) -> World:
        world = worlds.make(database_url, tmp_path, mail_url=mail_url)
        prepared.bring(world, four_have_signed_up)
        return world

    return made


def four_have_signed_up(world: World) -> None:
    for name in ("ada@example.org", "grace@example.org", "alan@example.net", "mal@example.com"):
        world.press("/courses/emotional-safety/sign-ups", address=name)
    clock_loop.write_due(world.runtime)
