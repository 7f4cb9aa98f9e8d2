"""The command at the terminal: what it says, where, and with which exit code."""

import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner, Result

from course.cli import letterpath
from course.runtime.bell import Bell
from tests.support.commands import ROOT, run
from tests.support.world import COURSE, PASSWORD_HASH, SECRET_KEY, World

COMMAND = Path(sys.executable).parent / "letterpath"
COMMANDS = letterpath.list_commands(click.Context(letterpath))

# Nobody listens there.
AWAY = "postgresql://ada:hush@127.0.0.1:1/letterpath"


def console_script(*words: str) -> "subprocess.CompletedProcess[str]":
    """As it is installed: it ends by calling what `run` calls."""
    clean = {name: value for name, value in os.environ.items() if "LETTERPATH" not in name}
    return subprocess.run(
        [COMMAND, *words], cwd=ROOT, env=clean, capture_output=True, text=True, check=False
    )


def invoke(*words: str, **settings: str) -> Result:
    """The same in this process, and so at once: for what needs no database."""
    named = {f"LETTERPATH_{name.upper()}": value for name, value in settings.items()}
    return CliRunner(env={"LETTERPATH_COURSES": str(COURSE.parent), **named}).invoke(
        letterpath, words, prog_name="letterpath"
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
    for done in (run("lint"), console_script("lint")):
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == "emotional-safety: ready to publish.\n"


def test_a_mistake_is_named_with_file_line_and_remedy(broken: Path) -> None:
    done = run("lint", courses=str(broken))
    line = line_of('color = "red"', broken / "mine" / "sequence.toml")
    assert (done.returncode, done.stdout) == (1, "")
    assert f"mine/sequence.toml:{line}: error: " in done.stderr
    assert "has no color" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["lint", "preview"])
def test_a_misspelt_placeholder_is_found_before_anybody_reads_it(
    broken: Path, command: str, tmp_path: Path
) -> None:
    plan = broken / "mine" / "sequence.toml"
    plan.write_text(plan.read_text().replace('\ncolor = "red"', ""))
    lesson = next((broken / "mine" / "lessons").glob("1*.md"))
    done = invoke(command, "mine", courses=str(broken), state=str(tmp_path / "var"))
    assert done.exit_code == 1
    assert f"mine/lessons/{lesson.name}:{line_of('greting', lesson)}: error: " in done.stderr
    assert "Did you mean greeting?" in done.stderr


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
    assert (linted.exit_code, linted.stdout) == (1, "quiet: ready to publish.\n")
    assert done.returncode == 1
    assert "quiet: published as revision 1" in done.stdout
    assert "aa/sequence.toml:1: error: It is a symbolic link" in done.stderr
    assert "Error: mine: 1 to mend before publishing." in done.stderr


def test_two_folders_of_one_name_are_not_published_over_each_other(tmp_path: Path) -> None:
    other = Path(shutil.copytree(COURSE, tmp_path / COURSE.name))
    done = invoke("lint", COURSE.name, str(other))
    assert (done.exit_code, done.stdout) == (1, "")
    assert "have one name" in done.stderr


def test_a_broken_course_can_not_be_rehearsed_either(broken: Path) -> None:
    done = invoke("rehearse", "mine", courses=str(broken))
    assert done.exit_code == 1
    assert "mine/sequence.toml:" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("command", ["lint", "preview", "rehearse"])
def test_a_course_that_is_not_there_is_answered_with_those_that_are(
    command: str, tmp_path: Path
) -> None:
    done = invoke(command, "emotional-safty", state=str(tmp_path))
    assert done.exit_code == 1
    assert "There is: emotional-safety." in done.stderr


def test_what_was_published_is_published_once(tmp_path: Path) -> None:
    state = str(tmp_path)
    assert run("migrate", state=state).stdout == "The database is up to date.\n"
    first, second = run("publish", state=state), run("publish", state=state)
    assert "emotional-safety: published as revision 1, 12 letters." in first.stdout
    assert "nothing has changed" in second.stdout


def test_a_rehearsal_keeps_the_hour_over_the_autumn_change() -> None:
    words = ("rehearse", "emotional-safety", "--from", "2026-10-20", "--zone", "America/New_York")
    lines = [line for line in run(*words).stdout.splitlines() if "lesson " in line]
    assert len(lines) == 5
    assert [line[17:29] for line in lines] == ["19:30 -04:00"] * 2 + ["19:30 -05:00"] * 3
    assert "Create a Judgment-Free Communication Zone" in lines[0]


def test_a_rehearsed_pause_moves_what_comes_after_it() -> None:
    words = ("rehearse", "emotional-safety", "--from", "2026-12-04", "--answers")
    pause = ("--pause", "2026-12-10/2027-01-10")
    with_pause, without = invoke(*words, *pause).stdout, invoke(*words).stdout
    assert "Tue 15 Dec 2026" in without
    assert "nudge" not in without
    assert "Dec 2026  19:30 +00:00  lesson 2" not in with_pause
    assert "Tue 12 Jan 2027  19:30 +00:00  lesson 2" in with_pause


@pytest.mark.parametrize(
    ("option", "value", "remedy"),
    [
        ("--zone", "Berlin", "Europe/Berlin"),
        ("--pause", "2026-11-01", "2026-11-01/2026-11-15"),
        ("--pause", "2026-11-15/2026-11-01", "ends before it begins"),
        ("--from", "tomorrow", "%Y-%m-%d"),
    ],
)
def test_a_rehearsal_says_how_its_options_are_written(option: str, value: str, remedy: str) -> None:
    done = invoke("rehearse", "emotional-safety", option, value)
    assert done.exit_code == 2
    assert remedy in done.stderr


def test_a_preview_has_every_letter_by_day_by_night_and_as_text(tmp_path: Path) -> None:
    done = run("preview", "emotional-safety", "--into", str(tmp_path / "out"), state=str(tmp_path))
    assert done.returncode == 0
    out = {path.name: path.read_text() for path in (tmp_path / "out").iterdir()}
    letters = {name.partition(".")[0] for name in out} - {"index"}
    assert len(letters) == 12
    for name in letters:
        assert f"{name}.html" in out["index.html"]
        assert out[f"{name}.html"] != out[f"{name}.dark.html"]
        assert not re.search(r"\{\{|\}\}", out[f"{name}.txt"])
    assert "Dear Ada," in out["03-judgment-free-zone.txt"]


def test_the_subscribers_are_listed(world: World) -> None:
    world.enroll()
    done = run("subscribers", database_url=str(url(world)))
    row = next(line for line in done.stdout.splitlines() if "ada@example.org" in line)
    assert "Create a Judgment-Free Communication Zone" in row


def test_the_doctor_finds_everything_fine_where_it_is(world: World, redis_url: str) -> None:
    key = world.runtime.settings.secret_key.get_secret_value()
    settings = {"redis_url": redis_url, "secret_key": key, "mail_url": "memory:"}
    bell = Bell(redis_url, world.runtime.bell.name)
    bell.redis.sadd(bell.workers_key, "rq:worker:ours")
    bell.redis.set("rq:worker:ours", "here", ex=60)
    world.runtime.heartbeat.beat(datetime.now(UTC))
    done = run("doctor", database_url=url(world), **settings)
    assert done.returncode == 0, done.stdout
    assert "trouble" not in done.stdout
    assert "fine    emotional-safety: published as the files have it" in done.stdout


def test_the_doctor_says_what_to_do_and_fails_on_trouble(world: World, tmp_path: Path) -> None:
    settings = {"database_url": url(world), "mail_url": "smtp://127.0.0.1:1"}
    done = run("doctor", state=str(tmp_path), **settings)
    assert done.returncode == 1
    assert "LETTERPATH_REDIS_URL" in done.stdout
    assert "LETTERPATH_MAIL_URL" in done.stdout


def test_the_doctor_of_a_new_installation_says_where_to_begin(tmp_path: Path) -> None:
    done = run("doctor", state=str(tmp_path), redis_url="carrier pigeon", mail_url="pigeon:")
    assert done.returncode == 1
    assert "trouble database: has no tables yet. Run: letterpath migrate" in done.stdout
    assert done.stdout.count("trouble") == 3
    assert done.stderr == ""


def test_a_week_passes_and_a_lesson_comes(world: World, tmp_path: Path) -> None:
    world.enroll()
    begin = world.clock.at - datetime.now(UTC)
    settings = {"database_url": url(world), "state": str(tmp_path)}
    run("time", f"+{max(begin.days, 0) + 1}d", **settings)
    before = len(list((tmp_path / "mail").glob("*.eml")))
    done = run("time", "+7d", **settings)
    assert done.returncode == 0
    assert "It is " in done.stdout
    assert "The next letter comes on " in done.stdout
    assert len(list((tmp_path / "mail").glob("*.eml"))) > before


def test_the_time_machine_stops_at_the_next_letter(world: World, tmp_path: Path) -> None:
    world.enroll()
    settings = {"database_url": url(world), "state": str(tmp_path)}
    coming = run("time", **settings).stdout.splitlines()[1]
    arrived = run("time", "next", **settings).stdout.splitlines()[0]
    assert arrived.removeprefix("It is ") == coming.removeprefix("The next letter comes on ")


@pytest.mark.parametrize("ahead", ["7d", "+7 days", "+99999999999d", "yesterday"])
def test_a_journey_in_time_is_written_like_this(ahead: str) -> None:
    done = invoke("time", ahead)
    assert done.exit_code == 2
    assert "write +7d, +3h, +2w or next" in done.stderr


def test_nobody_travels_in_time_in_production(tmp_path: Path) -> None:
    done = run("time", "+7d", **production(tmp_path))
    assert done.returncode == 1
    assert "in development only" in done.stderr


def test_a_letter_that_asks_to_leave_is_heard(world: World, tmp_path: Path) -> None:
    world.enroll()
    token = world.link("/u/", world.letters()[-1]).rpartition("/")[2]
    done = receive(world, tmp_path, f"Subject: leave {token}\n\n")
    assert done.stdout.endswith("has left.\n"), done.stderr
    assert "ada@example.org" not in done.stdout
    assert world.enrollment().state == "left"


@pytest.mark.parametrize("subject", ["Thank you for the lesson", "leave " + "A" * 24, ""])
def test_a_letter_that_does_not_ask_changes_nothing(
    world: World, tmp_path: Path, subject: str
) -> None:
    world.enroll()
    before = world.rows()
    done = receive(world, tmp_path, f"Subject: {subject}\n\nleave\n")
    assert done.returncode == 0
    assert done.stdout.startswith("Nothing ")
    assert world.rows() == before


@pytest.mark.parametrize("settings", [{"database_url": AWAY}, {"env": "production"}])
def test_a_mail_server_brings_the_letter_again_when_it_can_be_read(
    settings: dict[str, str],
) -> None:
    done = run("receive", stdin="Subject: leave it\n\n", **settings)
    assert done.returncode == os.EX_TEMPFAIL
    assert len(done.stderr.splitlines()) == 1


def test_a_password_becomes_a_hash_that_production_takes(tmp_path: Path) -> None:
    done = invoke("password", "--password", "a lake behind the mill")
    hashed = done.stdout.strip()
    assert PasswordHasher().verify(hashed, "a lake behind the mill")
    settings = {**production(tmp_path), "admin_password_hash": hashed}
    assert run("migrate", **settings).returncode == 0


def test_a_short_password_is_refused() -> None:
    done = invoke("password", "--password", "hush")
    assert done.exit_code == 2
    assert "at least 10 characters" in done.stderr


def test_production_without_settings_says_all_that_is_missing() -> None:
    done = run("publish", env="production")
    assert done.returncode == os.EX_CONFIG
    assert done.stderr.count("LETTERPATH_") >= 7
    assert "docs/configuration.md" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_empty_database_is_a_sentence_and_not_a_traceback(tmp_path: Path) -> None:
    done = run("subscribers", state=str(tmp_path))
    assert done.returncode == os.EX_CONFIG
    assert done.stderr == "The database is not up to date. Run: letterpath migrate\n"


@pytest.mark.parametrize("command", ["subscribers", "migrate"])
def test_a_database_that_is_away_is_a_sentence_and_no_secret(command: str) -> None:
    done = run(command, database_url=AWAY)
    assert done.returncode == os.EX_UNAVAILABLE
    assert "LETTERPATH_DATABASE_URL" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "hush" not in done.stderr


def test_a_database_url_that_is_none_is_a_sentence() -> None:
    done = run("subscribers", database_url="letterpath.sqlite3")
    assert done.returncode == os.EX_CONFIG
    assert done.stderr == "LETTERPATH_DATABASE_URL begins with sqlite:/// or postgresql://.\n"


def test_a_folder_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    into = tmp_path / "file" / "preview"
    done = run("preview", "emotional-safety", "--into", str(into), state=str(tmp_path))
    assert done.returncode == os.EX_IOERR
    assert done.stderr == f"{into}: Not a directory.\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_worth_reading(command: str) -> None:
    shown = invoke(command, "--help")
    assert shown.exit_code == 0
    assert shown.output.startswith(f"Usage: letterpath {command} ")
    assert len(shown.output.splitlines()[2].strip()) > 25


def test_the_command_alone_lists_the_others() -> None:
    shown = invoke("--help").output
    assert all(re.search(rf"^  {command} +[A-Z]", shown, re.MULTILINE) for command in COMMANDS)


def receive(world: World, state: Path, raw: str) -> "subprocess.CompletedProcess[str]":
    secret = world.runtime.settings.secret_key.get_secret_value()
    settings = {"database_url": url(world), "state": str(state), "secret_key": secret}
    return run("receive", stdin=raw, **settings)


def production(folder: Path) -> dict[str, str]:
    """Settings with which it starts, but for a Redis and a mail server that answer."""
    return {
        "env": "production",
        "base_url": "https://letters.example.org",
        "database_url": f"sqlite:///{folder}/production.sqlite3",
        "redis_url": "redis://127.0.0.1:1",
        "mail_url": "smtp://127.0.0.1:1",
        "mail_from": "CNT <letters@example.org>",
        "secret_key": SECRET_KEY,
        "admin_password_hash": PASSWORD_HASH,
    }


def line_of(words: str, path: Path) -> int:
    """Counted from one."""
    lines = path.read_text().splitlines()
    return next(number for number, line in enumerate(lines, start=1) if words in line)


def url(world: World) -> str:
    return world.runtime.settings.database_url
