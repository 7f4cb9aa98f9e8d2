"""What a request has to pass before its page: the limits, and the token of its form."""

from typing import cast

from flask import Flask, current_app
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import TooManyRequests

from course.counting import Counter, Window
from course.web import limits, security, sizes
from course.web.limits import Limit, Limits
from course.web.security import Event

csrf = CSRFProtect()


class TooMany(TooManyRequests):
    def __init__(self, limit: Limit) -> None:
        super().__init__()
        self.limit = limit


def register(app: Flask, redis_url: str) -> None:
    app.extensions["counter"] = Counter(redis_url)
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # but where `check` says so
    csrf.init_app(app)
    app.before_request(check)


def check() -> None:
    """A form without its token is counted too, and takes nothing of what its door's limits allow.

    So other people's browsers, made to send forms from another site, can't shut a door for all.
    """
    sizes.check()
    usual, own = limits.of_this_request()
    windows = [limit.window() for limit in usual]
    _refuse_what_is_known(usual, windows)
    try:
        csrf.protect(apply_exemptions=True)
    except CSRFError:
        security.record(Event.FORM_REFUSED)
        _count(usual, windows)
        raise
    _count(usual + own, windows + [limit.window() for limit in own])


def _refuse_what_is_known(limits: Limits, windows: list[Window]) -> None:
    """Before the form is even read."""
    for limit, window in zip(limits, windows, strict=True):
        if _counter().knows_full(window):
            raise _too_many(limit)


def _count(limits: Limits, windows: list[Window]) -> None:
    """In one round trip to Redis."""
    if windows and (full := _counter().count(windows)):
        raise _too_many(limits[full.place])


def _too_many(limit: Limit) -> TooMany:
    security.record(Event.LIMIT_FULL, limit=f"{limit.times}/{limit.seconds}")
    return TooMany(limit)


def _counter() -> Counter:
    return cast("Counter", current_app.extensions["counter"])
