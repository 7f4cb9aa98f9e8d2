"""An author, and a reader who has had the first lesson."""

import shutil
from pathlib import Path

import pytest

from tests.course.authoring.author import Author, a_lesson_has_arrived
from tests.support.prepared import Prepare
from tests.support.shipped import COURSE


@pytest.fixture
def author(prepare: Prepare, tmp_path: Path) -> Author:
    """Ada is enrolled, and has had the first lesson."""
    folder = tmp_path / COURSE.name
    shutil.copytree(COURSE, folder)
    return Author(prepare(a_lesson_has_arrived), folder)
