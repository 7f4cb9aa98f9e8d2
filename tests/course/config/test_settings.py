"""Settings: what is missing or weak is said at once, and the document lists what there is."""

import os
import re
from pathlib import Path

import pytest
from argon2 import PasswordHasher, Type

from course.config.defaults import development_password
from course.config.loader import load
from course.config.settings import PREFIX, ConfigError, Settings
from course.db.schema import migrate
from emails.tokens import LONGEST_TOKEN
from emails.transports.factory import open_transport
from tests.support.world import PASSWORD_HASH, SECRET_KEY

DOCUMENT = Path(__file__).parents[3] / "docs" / "configuration.md"

SECRETS = ("secret_key", "admin_password")

GOOD = {
    "env": "production",
    "base_url": "https://letters.example.org",
    "database_url": "sqlite:////srv/letterpath.sqlite3",
    "redis_url": "redis://127.0.0.1",
    "mail_url": "smtp://mail.example.org",
    "mail_from": "CNT <letters@example.org>",
    "secret_key": SECRET_KEY,
    "admin_password_hash": PASSWORD_HASH,
}


def problems(**settings: object) -> str:
    with pytest.raises(ConfigError) as caught:
        load(**settings)
    return "\n".join(caught.value.problems)


def test_the_document_lists_every_setting_and_no_other() -> None:
    listed = re.findall(rf"^\| `({PREFIX}\w+)`", DOCUMENT.read_text(), re.MULTILINE)
    assert sorted(listed) == sorted(PREFIX + name.upper() for name in Settings.model_fields)


def test_production_names_everything_that_is_missing_at_once() -> None:
    said = problems(env="production")
    required = ("BASE_URL", "DATABASE_URL", "REDIS_URL", "MAIL_URL", "MAIL_FROM", "SECRET_KEY",
                "ADMIN_PASSWORD_HASH")  # fmt: skip
    assert all(PREFIX + name in said for name in required)


def test_production_names_what_is_weak_and_what_is_missing_together() -> None:
    bad = {**GOOD, "base_url": "http://letters.example.org", "secret_key": "short", "mail_from": ""}
    said = problems(**bad).splitlines()
    assert len(said) == 3
    assert all(line.startswith(PREFIX) for line in said)


def test_a_token_that_could_be_guessed_is_refused() -> None:
    assert "LETTERPATH_METRICS_TOKEN" in problems(**{**GOOD, "metrics_token": "short"})
    assert "can be guessed" in problems(**{**GOOD, "metrics_token": "a" * 16})
    assert load(**{**GOOD, "metrics_token": SECRET_KEY[:16]}).metrics_token


def test_production_starts_with_good_settings() -> None:
    assert load(**GOOD).base_url == "https://letters.example.org"


@pytest.mark.parametrize(
    ("name", "bad", "words"),
    [
        ("base_url", "http://letters.example.org", "https://"),
        ("base_url", "https://" + "a" * 40, "at most 41"),
        ("base_url", "letters.example.org", "https://"),
        ("database_url", "", "DATABASE_URL is missing"),
        ("mail_url", "memory:", "sends nothing"),
        ("mail_from", "not an address", "not an e-mail address"),
        ("mail_inbox", "nobody", "MAIL_INBOX"),
        ("secret_key", "short", "32 characters"),
        ("secret_key", "", "SECRET_KEY"),
        ("admin_password_hash", "plain", "argon2"),
        ("base_url", "https://[::1", "BASE_URL must be an address"),
        ("base_url", "https://", "BASE_URL must be an address"),
        ("env", "staging", "ENV"),
    ],
)
def test_production_refuses_what_is_weak(name: str, bad: str, words: str) -> None:
    assert words in problems(**{**GOOD, name: bad})


@pytest.mark.parametrize(
    ("passes", "memory", "kind", "fits"),
    [
        (1, 47104, Type.ID, True),
        (2, 19456, Type.ID, True),
        (5, 7168, Type.ID, True),
        (9, 7168, Type.ID, True),
        (1, 47103, Type.ID, False),
        (2, 19455, Type.ID, False),
        (4, 9215, Type.ID, False),
        (1, 7168, Type.ID, False),
        (400, 128, Type.ID, False),
        (5, 7168, Type.I, False),
    ],
)
def test_production_takes_a_strong_hash_and_no_other(
    passes: int, memory: int, kind: Type, fits: bool
) -> None:
    hashed = PasswordHasher(passes, memory, parallelism=1, type=kind).hash("a password")
    if fits:
        assert load(**{**GOOD, "admin_password_hash": hashed})
    else:
        assert "strong argon2id" in problems(**{**GOOD, "admin_password_hash": hashed})


def test_a_hash_of_no_pass_at_all_is_a_sentence() -> None:
    none = PASSWORD_HASH.replace("t=5", "t=0")
    assert "strong argon2id" in problems(**{**GOOD, "admin_password_hash": none})


@pytest.mark.parametrize(
    "base_url", ["https://letters.our-practice.org", "http://93.184.215.14", "https://xexample.org"]
)
def test_development_does_not_show_its_mailbox_to_the_world(tmp_path: Path, base_url: str) -> None:
    said = problems(state=tmp_path, base_url=base_url)
    assert f"{base_url}/mailbox. Set LETTERPATH_ENV=production" in said


@pytest.mark.parametrize(
    "base_url",
    [
        "http://localhost:8000",
        "http://192.168.1.5:8000",
        "http://[::1]:8000",
        "http://kitchen.local",
    ],
)
def test_development_is_for_this_machine_and_the_own_network(tmp_path: Path, base_url: str) -> None:
    assert load(state=tmp_path, base_url=base_url).base_url == base_url


def test_a_secret_is_never_repeated_in_an_error() -> None:
    assert "hush" not in problems(**{**GOOD, "secret_key": "hush"})


def test_no_secret_is_shown_where_the_settings_are_printed() -> None:
    shown = repr(load(**GOOD))
    assert GOOD["secret_key"] not in shown
    assert GOOD["admin_password_hash"] not in shown


@pytest.mark.parametrize(("length", "fits"), [(41, True), (42, False)])
def test_the_longest_base_url_still_fits_an_unsubscribe_link(length: int, fits: bool) -> None:
    base_url = "https://".ljust(length, "a")
    assert len(f"{base_url}/u/{'t' * LONGEST_TOKEN}") <= 76 or not fits
    if fits:
        assert load(**{**GOOD, "base_url": base_url}).base_url == base_url
    else:
        assert "has 42 characters" in problems(**{**GOOD, "base_url": base_url})


@pytest.fixture
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where somebody starts for the first time, with nothing in the environment."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_development_needs_no_setting(empty_folder: Path) -> None:
    settings = load()
    migrate(settings.database_url)
    open_transport(settings.mail_url).check()
    assert settings.base_url == "http://localhost:8000"
    assert settings.mail_inbox == settings.mail_from
    assert (empty_folder / "var" / "letterpath.sqlite3").exists()


def test_development_keeps_its_secrets_and_keeps_them_private(empty_folder: Path) -> None:
    first, second = load(), load()
    var = empty_folder / "var"
    assert first.secret_key == second.secret_key
    assert len(first.secret_key.get_secret_value()) >= 32
    assert var.stat().st_mode & 0o777 == 0o700
    assert {(var / name).stat().st_mode & 0o777 for name in SECRETS} == {0o600}


def test_the_password_of_development_opens_the_overview(empty_folder: Path) -> None:
    settings = load()
    password = development_password(settings)
    assert (empty_folder / "var" / "admin_password").read_text() == password
    assert PasswordHasher().verify(settings.admin_password_hash.get_secret_value(), password)


def test_settings_come_from_the_environment(
    empty_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LETTERPATH_BIND", "127.0.0.1:8123")
    monkeypatch.setenv("LETTERPATH_STATE", str(empty_folder / "elsewhere"))
    settings = load()
    assert settings.base_url == "http://localhost:8123"
    assert "elsewhere" in settings.database_url
    assert not (empty_folder / "var").exists()


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("mail_url", "smpt://mail.example.org"),
        ("mail_url", "smtp://mail.example.org?conections=8"),
        ("mail_url", "smtp://mail.example.org?rate=fast"),
        ("mail_url", "smtp://mail.example.org smtp://other.example.org?window=0"),
        ("mail_url", "smtp://ada:p%C3%A4ss@mail.example.org"),
        ("redis_url", "banana"),
        ("database_url", "mysql://localhost/letters"),
    ],
)
def test_a_url_that_can_t_be_used_stops_the_start(name: str, given: str) -> None:
    said = problems(**{**GOOD, name: given})
    assert said.startswith(f"{PREFIX}{name.upper()} can't be used: ")
    assert "ss@" not in said


@pytest.mark.parametrize("query", ["prepare_threshold=often", "prepare_threshold=-1", "context=x"])
def test_a_database_url_that_says_what_it_can_not_is_named_without_its_password(query: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load(env="production", database_url=f"postgresql://ada:hush@db/letterpath?{query}")
    assert "LETTERPATH_DATABASE_URL can't be used: " in str(refused.value)
    assert "hush" not in str(refused.value)
