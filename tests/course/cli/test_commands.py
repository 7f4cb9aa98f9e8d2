"""All commands: what they say, where, and with which exit code."""

import os
import re
from pathlib import Path

import click
import pytest

from course.cli import letterpath
from tests.support.commands import run
from tests.support.terminal import AWAY, invoke

COMMANDS = letterpath.list_commands(click.Context(letterpath))


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


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_named_as_its_file(name: str) -> None:
    command = letterpath.get_command(click.Context(letterpath), name)
    assert command is not None
    assert command.name == name


def test_the_command_alone_lists_the_others() -> None:
    shown = invoke("--help").output
    assert all(re.search(rf"^  {command} +[A-Z]", shown, re.MULTILINE) for command in COMMANDS)
