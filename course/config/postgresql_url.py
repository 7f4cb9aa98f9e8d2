"""What a PostgreSQL URL can say, and what every connection is asked for beside it."""

from typing import Any

from sqlalchemy import URL
from sqlalchemy.exc import ArgumentError

# One that can't be reached any more is an error within the minute, and not a worker that waits for
# hours: libpq's own words, in seconds but for the last, which is in milliseconds.
REACHABLE = {
    "connect_timeout": 10,
    "keepalives_idle": 20,
    "keepalives_interval": 5,
    "keepalives_count": 4,
    "tcp_user_timeout": 30_000,
}

# Those that are taken from a URL here; all others are libpq's.
OWN_OPTIONS = {"prepare_threshold", "client_encoding"}

# psycopg's own arguments, which are no words of libpq and would come as text.
NOT_IN_A_URL = ("autocommit", "row_factory", "cursor_factory", "context")


class UnusableURL(ArgumentError):
    """What a URL can't say. The words don't repeat it: there may be a password in it."""


def arguments(url: URL) -> dict[str, Any]:
    """What a connection is asked for beside what the URL says. Raises `UnusableURL`."""
    if wrong := [name for name in NOT_IN_A_URL if name in url.query]:
        raise UnusableURL(f"{wrong[0]} is nothing that a URL can set")
    given: dict[str, Any] = {n: value for n, value in REACHABLE.items() if n not in url.query}
    # From the first byte on: SQLAlchemy asks for a version before anybody else may ask.
    given["client_encoding"] = "utf8"
    if "prepare_threshold" in url.query:
        given["prepare_threshold"] = _threshold(str(url.query["prepare_threshold"]))
    return given


def _threshold(text: str) -> int | None:
    """After so many times a statement is prepared in the server: 0 is at once, `none` is never."""
    if text.lower() in {"none", ""}:
        return None
    if not (text.isascii() and text.isdecimal()):
        raise UnusableURL("prepare_threshold is a number, or none")
    return int(text)
