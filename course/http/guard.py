"""Before each request: its size, its rate limits and its form's CSRF token are checked."""

from typing import cast

from flask import Flask, current_app, g
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import TooManyRequests

from course.http import rate_limits, request_sizes, security_events
from course.http.rate_limiter import FixedWindow, RateLimiter
from course.http.rate_limits import Limit, Limits
from course.http.security_events import Event

csrf = CSRFProtect()

Counted = tuple[Limit, FixedWindow]


class TooMany(TooManyRequests):
    def __init__(self, limit: Limit) -> None:
        super().__init__()
        self.limit = limit


def register(app: Flask, redis_url: str, prefix: str) -> None:
    app.extensions["rate_limiter"] = RateLimiter(redis_url, prefix=prefix)
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # but where `check` says so
    csrf.init_app(app)
    app.before_request(check)


def check() -> None:
    """A form without its CSRF token counts by the default limits, not by its endpoint's own.

    So other people's browsers, made to send forms from another site, can't use up an endpoint's
    limits.
    """
    request_sizes.check()
    usual, own = (_counted(some) for some in rate_limits.of_this_request())
    _refuse_what_is_known(usual)
    try:
        csrf.protect(apply_exemptions=True)
    except CSRFError:
        security_events.record(Event.FORM_REFUSED)
        _count(usual)
        raise
    _count(usual + own)


def writes_nothing() -> bool:
    """A limit is exceeded `quietly`: the answer is the usual one, and nothing is written."""
    return bool(g.get("writes_nothing", False))


def _counted(some: Limits) -> list[Counted]:
    return [(limit, window) for limit in some for window in limit.windows()]


def _refuse_what_is_known(usual: list[Counted]) -> None:
    """Before the form is even read."""
    for limit, window in usual:
        if _rate_limiter().is_known_exceeded(window):
            raise _too_many(limit)


def _count(counted: list[Counted]) -> None:
    """One round trip to Redis, and one more for each exceeded limit that refuses nobody."""
    while counted and (exceeded := _rate_limiter().hit([window for _, window in counted])):
        limit, counted = counted[exceeded.index][0], counted[exceeded.index + 1 :]
        if limit.instead is not None:
            counted = _counted((limit.instead,)) + counted
        elif limit.quietly:
            g.writes_nothing = True
        else:
            raise _too_many(limit)


def _too_many(limit: Limit) -> TooMany:
    security_events.record(Event.LIMIT_FULL, limit=f"{limit.times}/{limit.seconds}")
    return TooMany(limit)


def _rate_limiter() -> RateLimiter:
    return cast("RateLimiter", current_app.extensions["rate_limiter"])
