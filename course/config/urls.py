"""Settings that are URLs: what is wrong with one, before anything connects. Never the URL itself,
which may have a password in it.
"""

import re
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import make_conninfo
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from course.config import postgresql_url
from course.config.transports import named_transports, split_urls

DATABASES = {"sqlite", "postgresql", "postgres", "postgresql+psycopg"}

ENCODED = "In a password @ : / ? # % and blanks are written %40 %3A %2F %3F %23 %25 %20."

_REDIS = "It looks like redis://localhost:6379/0, or unix:///run/redis.sock."
_OPTION_NAME = re.compile(r"[a-z_]{1,40}")


def problem(name: str, given: str) -> str | None:
    """Of the setting of that name: a sentence; None where nothing is wrong."""
    check = {"mail_url": _mail, "redis_url": _redis, "database_url": _database}[name]
    try:
        check(given)
    except ValueError as error:
        return str(error)
    return None


def path_problem(path: Path, is_file: bool = False) -> str | None:
    """Why nothing can be kept there, as the end of a sentence; None where it can.

    What isn't there yet can be made, as long as it is in a folder.
    """
    if str(path).startswith("~"):
        return "begins with ~, which only a shell knows. Write all of the path."
    try:
        if is_file and path.is_dir():
            return "is a folder. Name a file in it."
        for folder in path.parents if is_file else (path, *path.parents):
            if folder.exists():
                return None if folder.is_dir() else "is in a file, or is one. Name a folder."
    except (OSError, ValueError) as error:
        return f"can't be looked at ({type(error).__name__})."
    return None


def _mail(given: str) -> None:
    for url in split_urls(given):
        _check_login(url)
    for named in named_transports(given):
        _ = named.limits, named.transport


def _redis(given: str) -> None:
    _check_login(given)
    parts = _split(given)
    place = parts.path if parts.scheme == "unix" else parts.hostname
    if not place or (parts.scheme != "unix" and not re.fullmatch(r"/?\d{0,5}", parts.path)):
        raise ValueError(_REDIS)
    try:
        Redis.from_url(given).connection_pool.make_connection()
    except (ValueError, TypeError, RedisError) as error:  # their words might repeat the password
        raise ValueError(f"{_REDIS} After a ? come only options that redis-py knows.") from error


def _database(given: str) -> None:
    if given.partition(":")[0] not in DATABASES:
        raise ValueError("It begins with sqlite:/// or postgresql://.")
    is_sqlite = given.startswith("sqlite:")
    if not is_sqlite:
        _check_login(given)
    try:
        parsed = make_url(given)
    except (ArgumentError, ValueError) as error:
        raise ValueError("It looks like postgresql://user:password@host/name.") from error
    (_check_sqlite if is_sqlite else _check_postgresql)(parsed)


def _check_sqlite(url: URL) -> None:
    path = url.database or ""
    if path in ("", ":memory:") or url.host:
        raise ValueError("It names a file: sqlite:////srv/letterpath.sqlite3, with four slashes.")
    wait = str(url.query.get("timeout", "0"))
    if url.query.keys() - {"timeout"} or not re.fullmatch(r"\d{1,5}(\.\d{1,3})?", wait):
        raise ValueError("After the ? comes nothing but timeout, in seconds.")
    if reason := path_problem(Path(path), is_file=True):
        raise ValueError(f"Its file {reason}")


def _check_postgresql(url: URL) -> None:
    if not url.database:
        raise ValueError("It names a database: postgresql://user:password@host/name.")
    try:
        postgresql_url.arguments(url)
    except postgresql_url.UnusableURL as error:
        raise ValueError(f"{error}.") from error
    for name in url.query.keys() - postgresql_url.OWN_OPTIONS:
        try:
            make_conninfo(**{name: "1"})
        except (ProgrammingError, TypeError) as error:
            said = f" {name!r}" if _OPTION_NAME.fullmatch(name) else " like one of its own"
            raise ValueError(f"PostgreSQL knows no option{said} (after the ?).") from error


def _check_login(url: str) -> None:
    """Signs of a password that end it too early: the rest would be taken for something else."""
    parts = _split(url)
    if parts.scheme in ("folder", "memory", "unix"):
        return
    login, at, _ = parts.netloc.rpartition("@")
    behind = parts.path if at else parts.path + parts.query
    if "@" in login or "@" in behind or parts.fragment or re.search(r"%(?![0-9A-Fa-f]{2})", login):
        raise ValueError(ENCODED)


def _split(url: str) -> SplitResult:
    """The library's own errors would repeat a part of the password."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise ValueError(f"Its host or its port can't be read. {ENCODED}") from error
    if any(char < " " for char in url):
        raise ValueError(f"It has a line break or a tab in it. {ENCODED}")
    return parts
