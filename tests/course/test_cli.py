"""The command at the terminal: what it says, where, and with which exit code."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from course.cli import MODULES
from tests.world import COURSE, World

COMMAND = Path(sys.executable).parent / "letterpath"
ROOT = Path(__file__).parents[2]


def run(*words: str, stdin: str = "", **settings: str) -> "subprocess.CompletedProcess[str]":
    """The real command in a process of its own."""
    clean = {name: value for name, value in os.environ.items() if "LETTERPATH" not in name}
    named = {f"LETTERPATH_{name.upper()}": value for name, value in settings.items()}
    return subprocess.run(
        [COMMAND, *words],
        cwd=ROOT,
        input=stdin,
        env={**clean, **named, "COLUMNS": "100"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


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


def test_the_shipped_course_is_ready_to_publish() -> None:
    done = run("lint")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "emotional-safety: ready to publish.\n"


def test_a_mistake_is_named_with_file_line_and_remedy(broken: Path) -> None:
    done = run("lint", courses=str(broken))
    assert done.returncode == 1
    assert "mine/sequence.toml:" in done.stderr
    assert "has no color" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_misspelt_placeholder_is_found(broken: Path) -> None:
    plan = broken / "mine" / "sequence.toml"
    plan.write_text(plan.read_text().replace('\ncolor = "red"', ""))
    done = run("publish", "mine", courses=str(broken))
    assert done.returncode == 1
    assert "Did you mean greeting?" in done.stderr


def test_a_rehearsal_keeps_the_hour_over_the_autumn_change() -> None:
    words = ("rehearse", "emotional-safety", "--from", "2026-10-20", "--zone", "America/New_York")
    lines = [line for line in run(*words).stdout.splitlines() if "lesson " in line]
    assert len(lines) == 5
    assert [line[17:29] for line in lines] == ["19:30 -04:00"] * 2 + ["19:30 -05:00"] * 3


def test_a_preview_has_every_letter_by_day_by_night_and_as_text(tmp_path: Path) -> None:
    done = run("preview", "emotional-safety", "--into", str(tmp_path / "out"), state=str(tmp_path))
    assert done.returncode == 0
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"index.html", "09-closing.html", "09-closing.dark.html", "09-closing.txt"} <= names


def test_the_subscribers_are_listed(world: World) -> None:
    world.enroll()
    done = run("subscribers", database_url=str(url(world)))
    assert "ada@example.org" in done.stdout
    assert "Create a Judgment-Free" in done.stdout


def test_the_doctor_says_what_to_do_and_fails_on_trouble(world: World, tmp_path: Path) -> None:
    done = run("doctor", database_url=url(world), state=str(tmp_path))
    assert done.returncode == 1
    assert "LETTERPATH_REDIS_URL" in done.stdout
    assert "letterpath" in done.stdout


def test_a_week_passes_and_a_lesson_comes(world: World, tmp_path: Path) -> None:
    world.enroll()
    settings = {"database_url": url(world), "state": str(tmp_path)}
    done = run("time", "+30d", **settings)
    assert done.returncode == 0
    assert "It is " in done.stdout
    assert len(list((tmp_path / "mail").glob("*.eml"))) >= 1


def test_a_letter_that_asks_to_leave_is_heard(world: World, tmp_path: Path) -> None:
    world.enroll()
    token = world.link("/u/", world.letters()[-1]).rpartition("/")[2]
    secret = world.runtime.settings.secret_key.get_secret_value()
    done = run("receive", stdin=f"Subject: leave {token}\n\n", database_url=url(world),
               state=str(tmp_path), secret_key=secret)  # fmt: skip
    assert done.stdout.endswith("has left.\n"), done.stderr
    assert world.enrollment().state == "left"


def test_production_without_settings_says_all_that_is_missing() -> None:
    done = run("publish", env="production")
    assert done.returncode == 78
    assert done.stderr.count("LETTERPATH_") >= 7
    assert "Traceback" not in done.stderr


def test_an_empty_database_is_a_sentence_and_not_a_traceback(tmp_path: Path) -> None:
    done = run("subscribers", state=str(tmp_path))
    assert done.returncode == 78
    assert done.stderr == "The database has no tables yet. Run: letterpath migrate\n"


@pytest.mark.parametrize("command", sorted(MODULES))
def test_every_command_has_help_worth_reading(command: str) -> None:
    shown = run(command, "--help").stdout
    assert len(shown.splitlines()[2].strip()) > 25


def url(world: World) -> str:
    return world.runtime.settings.database_url
