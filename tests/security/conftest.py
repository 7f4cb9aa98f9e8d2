"""Whom Mallory is after: Ada, and an installation as it stands in production."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.security.kit_courses import SECRET
from tests.support import shipped, worlds
from tests.support.prepared import Prepare
from tests.support.world import PASSWORD_HASH, SECRET_KEY, World

WEEK = timedelta(days=7)


@pytest.fixture
def enrolled(prepare: Prepare) -> World:
    return prepare(ada_has_her_first_lesson)


def ada_has_her_first_lesson(world: World) -> None:
    world.enroll()
    world.go(WEEK)


@pytest.fixture
def production(database_url: str, tmp_path: Path) -> Iterator[World]:
    made = worlds.make(
        database_url,
        tmp_path,
        mail_url=f"folder:{tmp_path / 'mail'}",
        env="production",
        secret_key=SECRET_KEY,
        admin_password_hash=PASSWORD_HASH,
    )
    made.hash_quickly()
    yield made
    made.runtime.engine.dispose()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A course that Mallory may write, in a folder of courses; outside of it stands a secret."""
    (tmp_path / "secret").write_text(SECRET)
    return Path(shutil.copytree(shipped.COURSE, tmp_path / "courses" / "mine"))
