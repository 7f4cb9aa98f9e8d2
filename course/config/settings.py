"""Settings: environment variables that begin with `LETTERPATH_`.

`loader` reads them once per process, `defaults` fills in what development leaves out, `checks` says
what is missing or weak.
"""

from enum import StrEnum
from os import pathsep
from pathlib import Path

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from course.config import senders

PREFIX = "LETTERPATH_"

MAX_LEASE = 86_400  # seconds


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
    courses: str = pathsep.join(("courses", "sequences"))
    home_course: str = ""
    admin_password_hash: SecretStr = SecretStr("")
    metrics_token: SecretStr = SecretStr("")
    log: LogFormat = LogFormat.TEXT
    trusted_proxies: int = Field(default=0, ge=0, le=10)
    lease: int = Field(default=600, ge=2, le=MAX_LEASE)

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

    @property
    def course_roots(self) -> tuple[Path, ...]:
        """The folders of course folders; what is begun anew goes into the first."""
        return tuple(Path(part.strip()) for part in self.courses.split(pathsep) if part.strip())

    @property
    def picture_cache(self) -> Path:
        """Where encoded pictures of course folders are kept; they can be made again."""
        return self.state / "pictures"

    def text(self, name: str) -> str:
        """The value of that name as text, a secret's too."""
        value = getattr(self, name)
        return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
