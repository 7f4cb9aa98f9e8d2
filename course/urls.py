"""Settings that are URLs: what is wrong with one, before anything connects. Never the URL itself,
which may have a password in it.
"""

from urllib.parse import urlsplit

from redis import Redis
from sqlalchemy import make_url

from course import postgresql
from course.carriers import carriers

DATABASES = {"sqlite", "postgresql", "postgres"}


def wrong(name: str, given: str) -> str | None:
    """Of the setting of that name: a sentence; None where nothing is wrong."""
    match name:
        case "mail_url":
            return _mail(given)
        case "redis_url":
            return _redis(given)
        case "database_url":
            return _database(given)
    raise ValueError(f"{name} is no setting with a URL")


def _mail(given: str) -> str | None:
    try:
        for carrier in carriers(given):
            _ = carrier.limits, carrier.transport
    except ValueError as error:
        return str(error)
    return None


def _redis(given: str) -> str | None:
    try:
        Redis.from_url(given)
    except ValueError:  # its words might repeat the password
        return "It looks like redis://localhost:6379/0, or unix:///run/redis.sock."
    return None


def _database(given: str) -> str | None:
    if urlsplit(given).scheme.partition("+")[0] not in DATABASES:
        return "It begins with sqlite:/// or postgresql://."
    try:
        postgresql.arguments(make_url(given))
    except postgresql.UnusableURL as error:
        return f"{error}."
    return None
