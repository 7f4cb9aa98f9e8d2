"""A reader who is in the course."""

import pytest

from tests.support.prepared import Prepare
from tests.support.world import World


@pytest.fixture
def enrolled(prepare: Prepare) -> World:
    return prepare(World.enroll)
