"""The process's settings, read from the environment and checked."""

from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from course.config import checks, defaults, hosts, senders
from course.config.settings import PREFIX, ConfigError, Settings


def load(**overrides: Any) -> Settings:
    """The process's settings. Raises `ConfigError` with everything that is wrong."""
    try:
        given = Settings(**overrides)
    except ValidationError as error:
        raise ConfigError([_sentence(problem) for problem in error.errors()]) from error
    if problems := checks.problems_before_defaults(given):
        raise ConfigError(problems)
    try:
        settings, problems = _normalized(defaults.with_defaults(given))
    except OSError as error:
        said = f"{PREFIX}STATE can't be used: {error.strerror}."
        raise ConfigError([said]) from error
    if problems := problems + checks.all_problems(settings, are_addresses_wrong=bool(problems)):
        raise ConfigError(problems)
    return settings


def _normalized(given: Settings) -> tuple[Settings, list[str]]:
    """The same with addresses as they stand in letters, and the problems of those that can't."""
    readers: dict[str, Callable[[str], str]] = {
        "base_url": hosts.base_url,
        "mail_from": senders.mailbox,
        "mail_inbox": senders.mailbox,
    }
    if given.mail_inbox == given.mail_from:
        del readers["mail_inbox"]
    normalized, problems = {}, []
    for name, read in readers.items():
        try:
            normalized[name] = read(text) if (text := given.text(name)) else ""
        except ValueError as error:
            problems.append(f"{PREFIX}{name.upper()} {error}")
    normalized.setdefault("mail_inbox", normalized.get("mail_from", ""))
    return given.model_copy(update=normalized), problems


def _sentence(problem: Any) -> str:
    name = "_".join(str(part) for part in problem["loc"]).upper()
    return f"{PREFIX}{name} can't be used: {problem['msg']}."
