"""Defaults of development, where every setting has one that works on one machine.

Secrets are drawn once and kept in files in the state folder.
"""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from pydantic import SecretStr

from course.config import hosts
from course.config.settings import Settings

# The password is random and stands in a file beside, so a hash that costs time hides nothing.
_QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def with_defaults(settings: Settings) -> Settings:
    """The same settings with what development leaves out filled in.

    In production that is only the inbox, which is the sender's address.
    """
    filled = settings
    if settings.in_development:
        defaults = _development_defaults(settings)
        missing = {name: value for name, value in defaults.items() if not settings.text(name)}
        filled = settings.model_copy(update=missing)
    return filled.model_copy(update={"mail_inbox": filled.mail_inbox or filled.mail_from})


def development_password(settings: Settings) -> str:
    """The overview's password where none was set: kept beside the database, shown at the start."""
    return _persisted_secret(settings.state / "admin_password", lambda: secrets.token_urlsafe(9))


def _development_defaults(settings: Settings) -> dict[str, Any]:
    state = settings.state
    defaults: dict[str, Any] = {
        "base_url": f"http://localhost:{hosts.bound(settings.bind)[1]}",
        "database_url": f"sqlite:///{state / 'letterpath.sqlite3'}",
        "redis_url": f"unix://{(state / 'redis.sock').absolute()}",
        "mail_url": f"folder:{state / 'mail'}",
        "mail_from": "CNT <letters@letterpath.localhost>",
    }
    if not settings.text("secret_key"):
        key = _persisted_secret(state / "secret_key", lambda: secrets.token_urlsafe(48))
        defaults["secret_key"] = SecretStr(key)
    if not settings.text("admin_password_hash"):
        hashed = _QUICK.hash(development_password(settings))
        defaults["admin_password_hash"] = SecretStr(hashed)
    return defaults


def _persisted_secret(path: Path, make: Callable[[], str]) -> str:
    """The secret in the file, made the first time. The folder and the file are private."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(make())
    return path.read_text().strip()
