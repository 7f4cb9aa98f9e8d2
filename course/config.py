"""Settings: environment variables that begin with `LETTERPATH_`, read once per process.

In development every setting has a default that works on one machine. In production what is
missing or weak stops the start, all of it named at once.
"""

import ipaddress
import secrets
from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import InvalidHashError
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from course import urls
from course.sealing import seals
from emails import address
from emails.errors import AddressError

PREFIX = "LETTERPATH_"

# A token has at most 32 characters and "/u/" takes three; a List-Unsubscribe URL of more than
# 76 would be broken by header folding.
LONGEST_BASE_URL = 76 - 32 - 3
SHORTEST_SECRET = 32

SHORTEST_TOKEN = 16

# OWASP's least for Argon2id, in KiB: the fewer passes, the more memory.
LEAST_MEMORY = {1: 47104, 2: 19456, 3: 12288, 4: 9216, 5: 7168}

# Names that never leave one's own network: RFC 2606, 6761, 6762 and 8375, and what routers say.
NEARBY = (
    *("localhost", "local", "lan", "internal", "home.arpa"),
    *("test", "invalid", "example", "example.com", "example.net", "example.org"),
)


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

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

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
    trusted_proxies: int = 0
    lease: int = Field(default=600, ge=2, le=86400)

    @property
    def in_development(self) -> bool:
        return self.env is Environment.DEVELOPMENT

    @property
    def mail_domain(self) -> str:
        """The right-hand side of Message-IDs and List-IDs: the sender's."""
        return parseaddr(self.mail_from)[1].rpartition("@")[2]

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
        settings = Settings(**overrides).with_defaults()
    except ValidationError as error:
        raise ConfigError([_sentence(problem) for problem in error.errors()]) from error
    problems = [*_problems(settings), *_development_problems(settings)]
    if problems := problems + _production_problems(settings):
        raise ConfigError(problems)
    return settings


def development_password(settings: Settings) -> str:
    """The overview's password where none was set: kept beside the database, shown at the start."""
    return _kept(settings.state / "admin_password", lambda: secrets.token_urlsafe(9))


def _development_defaults(settings: Settings) -> dict[str, Any]:
    state = settings.state
    defaults: dict[str, Any] = {
        "base_url": f"http://localhost:{settings.bind.rpartition(':')[2]}",
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


def _problems(settings: Settings) -> list[str]:
    problems = []
    if not settings.base_url.startswith(("http://", "https://")) or not _host(settings.base_url):
        problems.append(
            "LETTERPATH_BASE_URL must be an address that begins with https:// (or http:// on "
            "localhost)."
        )
    if len(settings.base_url) > LONGEST_BASE_URL:
        problems.append(
            f"LETTERPATH_BASE_URL has {len(settings.base_url)} characters; at most "
            f"{LONGEST_BASE_URL} fit, or mail programs lose the unsubscribe link."
        )
    mailboxes = {name: _text(settings, name) for name in ("mail_from", "mail_inbox")}
    problems += _dkim_problems(settings)
    return problems + [
        f"{PREFIX}{name.upper()} is not an e-mail address: {given}"
        for name, given in mailboxes.items()
        if given and not _is_mailbox(given)
    ]


def _dkim_problems(settings: Settings) -> list[str]:
    try:
        seals(settings.dkim_keys, settings.mail_domain)
    except ValueError as error:
        return [f"LETTERPATH_DKIM_KEYS can't be used: {error}"]
    return []


def _development_problems(settings: Settings) -> list[str]:
    """The mailbox shows every letter to everybody, which is for one's own machine."""
    if not settings.in_development or _is_nearby(settings.base_url):
        return []
    return [
        f"LETTERPATH_ENV is development, which shows all letters to everybody at "
        f"{settings.base_url}/mailbox. Set LETTERPATH_ENV=production."
    ]


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
        problems.append("LETTERPATH_BASE_URL must begin with https:// in production.")
    if settings.mail_url.startswith("memory:"):
        problems.append("LETTERPATH_MAIL_URL is memory:, which sends nothing. Use smtp:// instead.")
    if len(_text(settings, "secret_key")) < SHORTEST_SECRET:
        problems.append(
            f"LETTERPATH_SECRET_KEY needs at least {SHORTEST_SECRET} characters. "
            "Make one: python -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    if 0 < len(_text(settings, "metrics_token")) < SHORTEST_TOKEN:
        problems.append(f"LETTERPATH_METRICS_TOKEN needs at least {SHORTEST_TOKEN} characters.")
    if not _is_strong(_text(settings, "admin_password_hash")):
        problems.append(
            "LETTERPATH_ADMIN_PASSWORD_HASH is missing or not a strong argon2id hash. "
            "Make one: letterpath password"
        )
    return problems


def _text(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def _is_mailbox(text: str) -> bool:
    try:
        address.parse(parseaddr(text)[1])
    except AddressError:
        return False
    return True


def _is_nearby(url: str) -> bool:
    """An address that only this machine or the own network can reach."""
    host = _host(url)
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host or any(f".{host}".endswith(f".{name}") for name in NEARBY)


def _host(url: str) -> str:
    """Empty where the address has none, or can't be read."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_strong(text: str) -> bool:
    try:
        found = extract_parameters(text)
    except InvalidHashError:
        return False
    least = LEAST_MEMORY[max(1, min(found.time_cost, 5))]
    return found.type is Type.ID and found.memory_cost >= least


def _sentence(problem: Any) -> str:
    name = "_".join(str(part) for part in problem["loc"]).upper()
    return f"{PREFIX}{name} can't be used: {problem['msg']}."
