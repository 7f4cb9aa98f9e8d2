"""Signing in to the author's pages, by the one password."""

from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from flask import Blueprint, redirect, request, session, url_for
from werkzeug import Response

from course.web import security
from course.web.limits import guesses
from course.web.page import page, parts
from course.web.security import Event

bp = Blueprint("sessions", __name__, url_prefix="/admin/session")

OPEN = timedelta(hours=12)

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
    # The machine's own time: a trip with the time machine need not sign the author out.
    until = session.get("author_until")
    return isinstance(until, str) and datetime.now().astimezone() < datetime.fromisoformat(until)


@bp.get("")
def show() -> str:
    return _page({})


@bp.post("")
@guesses
def sign_in() -> Answer:
    if not _is_password(request.form.get("password", "")):
        security.record(Event.WRONG_PASSWORD)
        return _page({"password": "That is not the password."}), 403
    security.record(Event.SIGNED_IN)
    session.clear()
    session["author_until"] = (datetime.now().astimezone() + OPEN).isoformat()
    return redirect(url_for("overview.show"), code=303)


@bp.post("/end")
def sign_out() -> Answer:
    if signed_in():
        security.record(Event.SIGNED_OUT)
    session.clear()
    return redirect(url_for("sessions.show"), code=303)


def _is_password(typed: str) -> bool:
    hashed = parts().settings.admin_password_hash.get_secret_value()
    try:
        return PasswordHasher().verify(hashed, typed)
    except VerificationError:
        return False


def _page(errors: dict[str, str]) -> str:
    return page(
        "admin/login.html", action=url_for("sessions.sign_in"), form_errors=errors, values={}
    )
