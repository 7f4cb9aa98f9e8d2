"""A newsletter's file, and readers for it."""

from pathlib import Path

import pytest

from tests.course.newsletters.kit import NEWS
from tests.support.prepared import Prepare
from tests.support.world import World


@pytest.fixture
def news(tmp_path: Path) -> Path:
    path = tmp_path / "journal.md"
    path.write_text(NEWS)
    return path


@pytest.fixture
def three(prepare: Prepare) -> World:
    return prepare(ada_grace_and_alan)


def ada_grace_and_alan(world: World) -> None:
    """They have confirmed the course and its newsletter; their samplers have arrived."""
    for name in ("ada", "grace", "alan"):
        world.enroll(f"{name}@example.org", newsletter="evening-notes")
