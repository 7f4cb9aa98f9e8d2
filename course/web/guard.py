"""What a request has to pass before its page: the limits, and the token of its form."""

from typing import cast

from flask import Flask, current_app
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import TooManyRequests

from course.counting import Counter
from course.web import limits
from course.web.limits import Limit, Limits

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
    usual, own = limits.of_this_request()
    _refuse_what_is_known(usual)
    try:
        csrf.protect(apply_exemptions=True)
    except CSRFError:
        _count(usual)
        raise
    _count(usual + own)


def _refuse_what_is_known(usual: Limits) -> None:
    """Before the form is even read."""
    for limit in usual:
        if _counter().knows_full(limit.window()):
            raise TooMany(limit)


def _count(limits: Limits) -> None:
    """In one round trip to Redis."""
    if limits and (full := _counter().count([limit.window() for limit in limits])):
        raise TooMany(limits[full.place])


def _counter() -> Counter:
    return cast("Counter", current_app.extensions["counter"])
