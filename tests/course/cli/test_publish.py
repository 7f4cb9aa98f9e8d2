"""`letterpath publish`: whole courses or nothing, and each once."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.commands import run
from tests.support.shipped import COURSE, compiled
from tests.support.terminal import Terminal, invoke
from tests.support.world import World


def test_a_broken_course_is_not_published(broken: Path, tmp_path: Path) -> None:
    state = str(tmp_path)
    assert run("migrate", state=state).returncode == 0
    assert run("publish", courses=str(broken), state=state).returncode == 1
    assert "trouble courses: none is published" in run("doctor", state=state).stdout


def test_a_broken_course_stops_none_of_the_others(broken: Path, tmp_path: Path) -> None:
    shutil.copytree(COURSE, broken / "quiet")
    (broken / "aa").mkdir()
    (broken / "aa" / "sequence.toml").symlink_to("/dev/zero")
    settings = {"courses": str(broken), "state": str(tmp_path)}
    assert run("migrate", **settings).returncode == 0
    linted, done = invoke("lint", **settings), run("publish", **settings)
    assert (linted.exit_code, linted.stdout.startswith("quiet: ready to publish.")) == (1, True)
    assert done.returncode == 1
    assert "quiet: published as revision 1" in done.stdout
    assert "aa/sequence.toml:1: error: It is a symbolic link" in done.stderr
    assert "Error: mine: 1 to mend before publishing." in done.stderr


def test_two_folders_of_one_name_are_not_published_over_each_other(tmp_path: Path) -> None:
    other = Path(shutil.copytree(COURSE, tmp_path / COURSE.name))
    done = invoke("lint", COURSE.name, str(other))
    assert (done.exit_code, done.stdout) == (1, "")
    assert "have one name" in done.stderr


@pytest.mark.parametrize("command", ["lint", "preview", "rehearse"])
def test_a_course_that_is_not_there_is_answered_with_those_that_are(
    command: str, tmp_path: Path
) -> None:
    done = invoke(command, "emotional-safty", state=str(tmp_path))
    assert done.exit_code == 1
    assert "There is: emotional-safety, evening-notes." in done.stderr


def test_what_was_published_is_published_once(tmp_path: Path) -> None:
    state = str(tmp_path)
    assert run("migrate", state=state).stdout == "The database is up to date.\n"
    first, second = run("publish", state=state), run("publish", state=state)
    letters = len(compiled().letters)
    assert f"emotional-safety: published as revision 1, {letters} letters." in first.stdout
    assert "nothing has changed" in second.stdout


@pytest.fixture
def renamed(tmp_path: Path) -> Path:
    """The shipped course, its first lesson under another id."""
    folder = Path(shutil.copytree(COURSE, tmp_path / COURSE.name))
    for path in (folder / "sequence.toml", *(folder / "lessons").iterdir()):
        path.write_text(path.read_text().replace("judgment-free-zone", "listening"))
    return folder


def test_who_gets_a_lesson_twice_is_counted_before_it_is_published(
    world: World, terminal: Terminal, renamed: Path
) -> None:
    world.enroll()
    world.go(timedelta(weeks=1))
    before = world.rows()
    declined = terminal("publish", str(renamed), answer="n\n")
    words = "1 reader who had judgment-free-zone will get listening as new"
    assert (words in declined.stdout, declined.exit_code) == (True, 1)
    unanswered = terminal("publish", str(renamed))
    assert "nothing was published. Where nobody can answer, add --yes." in unanswered.stderr
    assert world.rows() == before
    assert "revision 2" in terminal("publish", str(renamed), "--yes").stdout


def test_what_affects_nobody_is_said_and_not_asked(
    world: World, terminal: Terminal, renamed: Path
) -> None:
    world.sign_up()
    done = terminal("publish", str(renamed))
    assert "nobody on their way has had it yet" in done.stdout
    assert (done.exit_code, "revision 2" in done.stdout) == (0, True)
