"""Settings: what is missing or weak is said at once, and the document lists what there is."""

import re
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from course.config import PREFIX, ConfigError, Settings, load

DOCUMENT = Path(__file__).parents[2] / "docs" / "configuration.md"

GOOD = {
    "env": "production",
    "base_url": "https://letters.example.org",
    "database_url": "sqlite:////srv/letterpath.sqlite3",
    "redis_url": "redis://127.0.0.1",
    "mail_url": "smtp://mail.example.org",
    "mail_from": "CNT <letters@example.org>",
    "secret_key": "a" * 32,
    "admin_password_hash": PasswordHasher(time_cost=1, memory_cost=64).hash("a password"),
}


def problems(**settings: object) -> str:
    with pytest.raises(ConfigError) as caught:
        load(**settings)
    return "\n".join(caught.value.problems)


def test_the_document_lists_every_setting_and_no_other() -> None:
    listed = re.findall(rf"^\| `({PREFIX}\w+)`", DOCUMENT.read_text(), re.MULTILINE)
    assert listed == [f"{PREFIX}{name.upper()}" for name in _in_order(listed)]
    assert {name.removeprefix(PREFIX).lower() for name in listed} == set(Settings.model_fields)


def test_production_names_everything_that_is_missing_at_once() -> None:
    said = problems(env="production")
    required = ("BASE_URL", "DATABASE_URL", "REDIS_URL", "MAIL_URL", "MAIL_FROM", "SECRET_KEY",
                "ADMIN_PASSWORD_HASH")  # fmt: skip
    assert all(PREFIX + name in said for name in required)


def test_production_starts_with_good_settings() -> None:
    assert load(**GOOD).base_url == "https://letters.example.org"


@pytest.mark.parametrize(
    ("name", "bad", "words"),
    [
        ("base_url", "http://letters.example.org", "https://"),
        ("base_url", "https://" + "a" * 40, "at most 41"),
        ("mail_url", "memory:", "sends nothing"),
        ("mail_from", "not an address", "not an e-mail address"),
        ("secret_key", "short", "32 characters"),
        ("admin_password_hash", "plain", "argon2"),
        ("env", "staging", "ENV"),
    ],
)
def test_production_refuses_what_is_weak(name: str, bad: str, words: str) -> None:
    assert words in problems(**{**GOOD, name: bad})


def test_a_secret_is_never_repeated_in_an_error() -> None:
    assert "hush" not in problems(**{**GOOD, "secret_key": "hush"})


def test_development_needs_no_setting_and_keeps_its_secrets_private(tmp_path: Path) -> None:
    first, second = load(state=tmp_path / "var"), load(state=tmp_path / "var")
    assert first.secret_key == second.secret_key
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700


def _in_order(listed: list[str]) -> list[str]:
    return [name.removeprefix(PREFIX).lower() for name in dict.fromkeys(listed)]
