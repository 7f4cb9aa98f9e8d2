"""Confirmations that are due."""

import pytest

from course.scheduling import clock_loop
from tests.course.sending.kit import ADA, GRACE, MALLORY
from tests.support.prepared import Prepare
from tests.support.world import World


@pytest.fixture
def three(prepare: Prepare) -> World:
    return prepare(confirmations_are_due)


def confirmations_are_due(world: World) -> None:
    """Ada's, Grace's and Mallory's."""
    for address in (ADA, GRACE, MALLORY):
        world.press("/courses/emotional-safety/sign-ups", address=address)
    clock_loop.write_due(world.runtime)
