"""An author's own links: each is in a letter, and none has the name of one of the engine's."""

from pathlib import Path
from shutil import copytree

import pytest

from course.authoring.compiling import NotPublishable, compile_course
from tests.support.shipped import COURSE

LINKS = "[links]\n"


def course(folder: Path, link: str) -> Path:
    """The shipped one, with one link more."""
    copytree(COURSE, folder)
    plan = folder / "sequence.toml"
    plan.write_text(plan.read_text().replace(LINKS, f"{LINKS}{link}\n"))
    return folder


def test_a_link_that_no_letter_has_is_worth_a_thought(tmp_path: Path) -> None:
    folder = course(tmp_path / "evenings", 'shop = "https://example.org/shop"')
    found = [f.message for f in compile_course(folder).findings if "_url" in f.message]
    assert found == ["No letter has shop_url."]


def test_a_link_has_no_name_of_the_engines(tmp_path: Path) -> None:
    folder = course(tmp_path / "evenings", 'journal = "https://example.org/journal"')
    with pytest.raises(NotPublishable) as caught:
        compile_course(folder)
    (finding,) = [f for f in caught.value.findings if f.severity == "error"]
    assert "journal_url is a link of the engine's" in finding.message
    line = (folder / "sequence.toml").read_text().splitlines()[finding.line - 1]
    assert line.startswith("journal =")
