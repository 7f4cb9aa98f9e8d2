"""A folder of courses that can't be published."""

import shutil
from pathlib import Path

import pytest

from tests.support.shipped import COURSE


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A folder of courses whose only one has two mistakes."""
    folder = tmp_path / "courses" / "mine"
    shutil.copytree(COURSE, folder)
    lesson = next((folder / "lessons").glob("1*.md"))
    lesson.write_text(lesson.read_text().replace("{{ greeting }}", "{{ greting }}"))
    plan = folder / "sequence.toml"
    plan.write_text(plan.read_text().replace('"CNT"', '"CNT"\ncolor = "red"'))
    return folder.parent
