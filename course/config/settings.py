"""Settings: environment variables that begin with `LETTERPATH_`, read once per process.

In development every setting has a default that works on one machine. In production what is
missing or weak stops the start, all of it named at once.
"""

import secrets
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from argon2 import PasswordHasher
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from course.config import hosts, senders, urls
from course.config.dkim_keys import seals
from course.config.strength import SHORTEST_SECRET, SHORTEST_TOKEN, is_strong, weakness
from sequences.manifest import SLUG

PREFIX = "LETTERPATH_"

# A token has at most 32 characters and "/u/" takes three; a List-Unsubscribe URL of more than
# 76 would be broken by header folding.
LONGEST_BASE_URL = 76 - 32 - 3

# What a secret is best drawn with, for those who have none that is strong enough.
MAKE = "Make one: python -c 'import secrets; print(secrets.token_urlsafe(48))'"


class Environment(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"


class LogFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


class ConfigError(Exception):
    """Settings that can't be started with. `problems` has one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Settings(BaseSettings):
    """What `docs/configuration.md` lists; a test holds the two together."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True
    )

    env: Environment = Environment.DEVELOPMENT
    base_url: str = ""
    bind: str = "127.0.0.1:8000"
    state: Path = Path("var")
    database_url: str = ""
    redis_url: str = ""
    mail_url: str = ""
    mail_from: str = ""
    mail_inbox: str = ""
    dkim_keys: str = ""
    secret_key: SecretStr = SecretStr("")
    courses: Path = Path("sequences")
    home_course: str = ""
    admin_password_hash: SecretStr = SecretStr("")
    metrics_token: SecretStr = SecretStr("")
    log: LogFormat = LogFormat.TEXT
    trusted_proxies: int = Field(default=0, ge=0, le=10)
    lease: int = Field(default=600, ge=2, le=86400)

    @field_validator("*", mode="before")
    @classmethod
    def without_blanks_around(cls, given: object, info: ValidationInfo) -> object:
        """Some files keep what stands behind a value. The key that signs links stays as it was."""
        is_text = isinstance(given, str) and info.field_name != "secret_key"
        return given.strip() if is_text else given  # type: ignore[attr-defined]

    @property
    def in_development(self) -> bool:
        return self.env is Environment.DEVELOPMENT

    @property
    def mail_domain(self) -> str:
        """The right-hand side of Message-IDs and List-IDs: the sender's."""
        return senders.bare(self.mail_from).rpartition("@")[2]

    def with_defaults(self) -> Self:
        """The same settings with what development leaves out filled in."""
        derived = {"mail_inbox": self.mail_inbox or self.mail_from}
        if not self.in_development:
            return self.model_copy(update=derived)
        defaults = _development_defaults(self)
        missing = {name: value for name, value in defaults.items() if not _text(self, name)}
        filled = self.model_copy(update=missing)
        return filled.model_copy(update={"mail_inbox": filled.mail_inbox or filled.mail_from})


def load(**overrides: Any) -> Settings:
    """The process's settings. Raises `ConfigError` with everything that is wrong."""
    try:
        given = Settings(**overrides)
    except ValidationError as error:
        raise ConfigError([_sentence(problem) for problem in error.errors()]) from error
    if problems := _place_problems(given):
        raise ConfigError(problems)
    try:
        settings, problems = _as_used(given.with_defaults())
    except OSError as error:
        said = f"{PREFIX}STATE can't be used: {error.strerror}."
        raise ConfigError([said]) from error
    problems += [*_problems(settings, bool(problems)), *_development_problems(settings)]
    if problems := problems + _production_problems(settings):
        raise ConfigError(problems)
    return settings


def development_password(settings: Settings) -> str:
    """The overview's password where none was set: kept beside the database, shown at the start."""
    return _kept(settings.state / "admin_password", lambda: secrets.token_urlsafe(9))


def _development_defaults(settings: Settings) -> dict[str, Any]:
    state = settings.state
    defaults: dict[str, Any] = {
        "base_url": f"http://localhost:{hosts.bound(settings.bind)[1]}",
        "database_url": f"sqlite:///{state / 'letterpath.sqlite3'}",
        "redis_url": f"unix://{(state / 'redis.sock').absolute()}",
        "mail_url": f"folder:{state / 'mail'}",
        "mail_from": "CNT <letters@letterpath.localhost>",
    }
    if not _text(settings, "secret_key"):
        key = _kept(state / "secret_key", lambda: secrets.token_urlsafe(48))
        defaults["secret_key"] = SecretStr(key)
    if not _text(settings, "admin_password_hash"):
        hashed = PasswordHasher(time_cost=1, memory_cost=8192).hash(development_password(settings))
        defaults["admin_password_hash"] = SecretStr(hashed)
    return defaults


def _kept(path: Path, make: Any) -> str:
    """The secret in the file, made the first time. The folder and the file are private."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(make())
    return path.read_text().strip()


def _place_problems(given: Settings) -> list[str]:
    """Of what development's defaults are made of."""
    folders = {"state": given.state, "courses": given.courses}
    problems = [
        f"{PREFIX}{name.upper()} {reason}"
        for name, folder in folders.items()
        if (reason := urls.path_trouble(folder))
    ]
    try:
        hosts.bound(given.bind)
    except ValueError as error:
        problems.append(f"{PREFIX}BIND {error}")
    return problems


def _as_used(given: Settings) -> tuple[Settings, list[str]]:
    """The same with addresses as they stand in letters, and what can't stand there."""
    readers: dict[str, Callable[[str], str]] = {
        "base_url": hosts.base_url,
        "mail_from": senders.mailbox,
        "mail_inbox": senders.mailbox,
    }
    if given.mail_inbox == given.mail_from:
        del readers["mail_inbox"]
    as_used, problems = {}, []
    for name, read in readers.items():
        try:
            as_used[name] = read(text) if (text := _text(given, name)) else ""
        except ValueError as error:
            problems.append(f"{PREFIX}{name.upper()} {error}")
    as_used.setdefault("mail_inbox", as_used.get("mail_from", ""))
    return given.model_copy(update=as_used), problems


def _problems(settings: Settings, are_addresses_wrong: bool) -> list[str]:
    """Of what stands in letters."""
    problems = []
    if settings.home_course and not SLUG.fullmatch(settings.home_course):
        problems.append(f"{PREFIX}HOME_COURSE is no course's short name, like emotional-safety.")
    if are_addresses_wrong or not (settings.base_url and settings.mail_from):
        return problems
    if len(settings.base_url) > LONGEST_BASE_URL:
        return [
            *problems,
            f"{PREFIX}BASE_URL has {len(settings.base_url)} characters; at most "
            f"{LONGEST_BASE_URL} fit, or mail programs lose the unsubscribe link.",
        ]
    try:
        senders.check(settings.mail_from, settings.mail_inbox, settings.base_url)
    except ValueError as error:
        return [*problems, f"{PREFIX}MAIL_FROM {error}"]
    return problems + _dkim_problems(settings)


def _dkim_problems(settings: Settings) -> list[str]:
    try:
        seals(settings.dkim_keys, settings.mail_domain)
    except ValueError as error:
        return [f"LETTERPATH_DKIM_KEYS can't be used: {error}"]
    return []


def _development_problems(settings: Settings) -> list[str]:
    """The mailbox shows every letter to everybody, which is for one's own machine."""
    if not settings.in_development:
        return []
    shown = f"{PREFIX}ENV is development, which shows all letters to everybody at"
    problems = []
    if (host := hosts.host_of(settings.base_url)) and not hosts.is_nearby(host):
        problems.append(f"{shown} {settings.base_url}/mailbox. Set {PREFIX}ENV=production.")
    if not hosts.only_nearby_can_reach(hosts.bound(settings.bind)[0]):
        problems.append(
            f"{shown} {PREFIX}BIND={settings.bind}. Set {PREFIX}ENV=production, or bind 127.0.0.1 "
            "or this machine's address in the own network."
        )
    return problems


def _production_problems(settings: Settings) -> list[str]:
    if settings.in_development:
        return []
    required = ("base_url", "database_url", "redis_url", "mail_url", "mail_from")
    problems = [
        f"{PREFIX}{name.upper()} is missing." for name in required if not _text(settings, name)
    ]
    problems += [
        f"{PREFIX}{name.upper()} can't be used: {reason}"
        for name in ("mail_url", "redis_url", "database_url")
        if (given := _text(settings, name)) and (reason := urls.wrong(name, given))
    ]
    if settings.base_url.startswith("http://"):
        problems.append(f"{PREFIX}BASE_URL must begin with https:// in production.")
    if settings.mail_url.startswith("memory:"):
        problems.append(f"{PREFIX}MAIL_URL is memory:, which sends nothing. Use smtp:// instead.")
    if weak := weakness(_text(settings, "secret_key"), SHORTEST_SECRET):
        problems.append(f"{PREFIX}SECRET_KEY {weak} {MAKE}")
    token = _text(settings, "metrics_token")
    if token and (weak := weakness(token, SHORTEST_TOKEN)):
        problems.append(f"{PREFIX}METRICS_TOKEN {weak} {MAKE}")
    if not is_strong(_text(settings, "admin_password_hash")):
        problems.append(
            f"{PREFIX}ADMIN_PASSWORD_HASH is missing or not a strong argon2id hash. "
            "Make one: letterpath password"
        )
    return problems


def _text(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def _sentence(problem: Any) -> str:
    name = "_".join(str(part) for part in problem["loc"]).upper()
    return f"{PREFIX}{name} can't be used: {problem['msg']}."
