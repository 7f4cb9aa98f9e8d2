"""`letterpath preview`: every letter as files to open."""

import re
import shutil
from pathlib import Path

from tests.support.commands import run
from tests.support.pictures import illustrated
from tests.support.shipped import COURSE
from tests.support.terminal import Terminal
from tests.support.world import World


def test_a_preview_has_every_letter_by_day_by_night_and_as_text(tmp_path: Path) -> None:
    done = run("preview", "emotional-safety", "--into", str(tmp_path / "out"), state=str(tmp_path))
    assert done.returncode == 0
    out = {path.name: path.read_text() for path in (tmp_path / "out").iterdir()}
    letters = {name.partition(".")[0] for name in out} - {"index"}
    assert done.stdout.startswith(f"{len(letters)} letters are in ")
    for name in letters:
        assert f"{name}.html" in out["index.html"]
        assert out[f"{name}.html"] != out[f"{name}.dark.html"]
        assert not re.search(r"\{\{|\}\}", out[f"{name}.txt"])
    assert "Dear Ada," in out["03-judgment-free-zone.txt"]


def test_the_dates_of_a_preview_are_the_course_s_own(tmp_path: Path) -> None:
    mine = Path(shutil.copytree(COURSE, tmp_path / "mine"))
    plan = mine / "sequence.toml"
    plan.write_text(plan.read_text().replace('"tuesday"', '"monday"').replace("19:30", "06:45"))
    run("preview", str(mine), "--into", str(tmp_path / "out"), state=str(tmp_path))
    welcome = " ".join((tmp_path / "out" / "02-welcome.txt").read_text().split())
    assert re.search(r"The first lesson comes on Monday, \w+ \d+ at 6:45 AM\.", welcome)


def test_a_lesson_comes_to_its_author_s_own_mailbox_as_a_test(
    world: World, terminal: Terminal
) -> None:
    before = world.rows()
    done = terminal("preview", str(COURSE), "check-ins", "--to-me", "grace@example.org")
    assert (done.exit_code, world.rows()) == (0, before)
    (mail,) = world.letters("grace@example.org")
    assert mail["Subject"].startswith("[Test] ")
    assert "Dear Ada," in world.text(mail)
    for part in ("/u/", "/pace/", "/reflect/"):
        assert world.open(world.link(part, mail)).status_code == 404


def test_a_letter_that_the_course_does_not_have_is_named(world: World, terminal: Terminal) -> None:
    done = terminal("preview", str(COURSE), "check-in", "--to-me", "grace@example.org")
    assert (done.exit_code, world.mail()) == (1, [])
    assert "Did you mean check-ins?" in done.stderr
    assert terminal("preview", str(COURSE), "--to-me", "grace").exit_code == 2


def test_a_test_letter_s_pictures_are_there_before_the_course_is_published(
    world: World, terminal: Terminal, tmp_path: Path
) -> None:
    folder = illustrated(tmp_path / "evenings")
    assert terminal("preview", str(folder), "welcome", "--to-me", "me@example.org").exit_code == 0
    part = world.letters("me@example.org")[-1].get_body(("html",))
    assert part
    for address in re.findall(r'<img[^>]* src="([^"]+)"', part.get_content()):
        assert world.open(address).status_code == 200
