"""Signing in to the author's pages, by the one password."""

import hashlib
import hmac
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from flask import Blueprint, redirect, request, session, url_for
from werkzeug import Response

from course.http import known_browsers, security_events
from course.http.page import forgetting, message_page, reading, render, runtime, transaction
from course.http.rate_limits import password_limit
from course.http.security_events import Event
from course.http.session_lifetimes import Lifetime
from course.runtime.clock import SystemClock
from course.subscribers import session_epochs

bp = Blueprint("sessions", __name__, url_prefix="/admin/session")

LIFETIME = Lifetime("author", absolute=timedelta(hours=12), idle=timedelta(hours=1))

Answer = str | Response | tuple[str, int]


def author_only(view: Any) -> Any:
    """Anybody else gets the sign-in page."""

    @wraps(view)
    def guarded(**arguments: Any) -> Any:
        if not signed_in():
            return redirect(url_for("sessions.show"), code=303)
        return view(**arguments)

    return guarded


def signed_in() -> bool:
    """A sign-out in any browser, and a new password, end what was signed in before."""
    return session.get("author") == _epoch() and LIFETIME.lasts(_now())


@bp.get("")
def show() -> str:
    return _page({})


@bp.post("")
@password_limit
def sign_in() -> Answer:
    if not _is_password(request.form.get("password", "")):
        security_events.record(Event.WRONG_PASSWORD)
        return _page({"password": "That is not the password."}), 403
    security_events.record(Event.SIGNED_IN)
    session.clear()
    session["author"] = _epoch()
    LIFETIME.begin(_now())
    return known_browsers.remember(redirect(url_for("overview.show"), code=303))


@bp.post("/end")
def sign_out() -> Answer:
    """Everywhere: a copy of the cookie is signed out, too."""
    if signed_in():
        with transaction() as db:
            session_epochs.sign_author_out(db)
        security_events.record(Event.SIGNED_OUT)
    session.clear()
    answer = message_page(
        "You are signed out",
        "Here, and in every other browser where you were signed in.",
        link=("Sign in", url_for("sessions.show")),
    )
    return forgetting(answer)


def _epoch() -> str:
    """What a session has to match: raised by signing out, and another for another password."""
    settings = runtime().settings
    with reading() as db:
        number = session_epochs.author_epoch(db)
    signed = f"author {number} {settings.admin_password_hash.get_secret_value()}"
    key = settings.secret_key.get_secret_value().encode()
    return hmac.new(key, signed.encode(), hashlib.sha256).hexdigest()[:32]


def _now() -> datetime:
    """The machine's own time: a trip with the time machine need not sign the author out."""
    return SystemClock().now()


def _is_password(typed: str) -> bool:
    hashed = runtime().settings.admin_password_hash.get_secret_value()
    try:
        return PasswordHasher().verify(hashed, typed)
    except VerificationError:
        return False


def _page(errors: dict[str, str]) -> str:
    return render(
        "admin/login.html", action=url_for("sessions.sign_in"), form_errors=errors, values={}
    )
