"""Which passwords the overview takes."""

from pathlib import Path

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner

from course.cli import letterpath
from course.cli.terminal import weak_passwords
from course.cli.terminal.weak_passwords import COMMON, SHORTEST, wrong
from course.http import request_sizes
from tests.support.commands import run
from tests.support.terminal import invoke, production

SETTINGS = {
    "LETTERPATH_BASE_URL": "https://letters.lighthouse.example",
    "LETTERPATH_MAIL_FROM": "Calm Nest <hello@calmnest.example>",
}


@pytest.mark.parametrize("password", ["Qwertyuiop", "password123", "1q2w3e4r5t", "manchester!!"])
def test_common_passwords_are_refused(password: str) -> None:
    assert "most common" in str(wrong(password))


@pytest.mark.parametrize("password", ["short", "ninechars", "aaaaaaaaaaaa", "1212121212121"])
def test_short_and_monotonous_passwords_are_refused(password: str) -> None:
    assert wrong(password)


@pytest.mark.parametrize(
    "password", ["Letterpath2026!", "letterpath-admin", "lighthouse-123", "CalmNest#2026"]
)
def test_what_an_installation_is_known_by_is_no_password(password: str) -> None:
    done = CliRunner(env=SETTINGS).invoke(letterpath, ["password", "--password", password])
    assert done.exit_code == 2
    assert "little more than" in done.output


@pytest.mark.parametrize(
    "password",
    [
        "three otters paddle",
        "letterpath otter canal",
        "ünïcödé wörds öf möñtäg",
        "x" * 5 + "9f3kQz7w" * 9,
    ],
)
def test_other_passwords_are_taken_as_they_are(password: str) -> None:
    done = CliRunner(env=SETTINGS).invoke(letterpath, ["password", "--password", password])
    assert done.output.startswith("$argon2id$")


def test_a_password_that_the_form_would_cut_is_refused() -> None:
    assert request_sizes.FIELD_LENGTHS["password"] == weak_passwords.MAX_LENGTH
    longest = "9f3kQz7w" * (weak_passwords.MAX_LENGTH // 8)
    assert wrong(longest) is None
    assert "at most 1024" in str(wrong(longest + "!"))


def test_the_list_has_thousands_that_would_be_long_enough() -> None:
    words = [line for line in COMMON.read_text().splitlines() if not line.startswith("#")]
    assert len(words) > 6000
    assert sum(len(word) >= SHORTEST for word in words) > 1000


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
