"""What was typed on another site, on its way to our own page: in a cookie, for a few minutes.

The other site's request comes without our session. Answered with a form it would begin a new one,
and so close a journal that is open in that browser.
"""

from urllib.parse import parse_qsl, urlencode

from flask import Response, current_app, make_response, redirect, request

from course.http import cookies
from course.http.forms import MAX_FIRST_NAME

# In characters; encoded, the most of both fit into a cookie.
FIELDS = {"address": 254, "first_name": MAX_FIRST_NAME}
SECONDS = 300


def redirect_with(url: str) -> Response:
    """To the page at `url`, with the form's fields."""
    typed = urlencode({name: request.form.get(name, "")[:most] for name, most in FIELDS.items()})
    response = make_response(redirect(url, code=303))
    response.set_cookie(
        _name(),
        typed,
        max_age=SECONDS,
        path=_path(),
        secure=_is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


def carried() -> dict[str, str]:
    """The fields that came along; empty where none did. Anybody can have written them."""
    typed = dict(parse_qsl(request.cookies.get(_name(), "")))
    return {name: typed[name][:most] for name, most in FIELDS.items() if name in typed}


def clear(answer: str) -> Response:
    """The answer that shows them: they aren't needed again."""
    response = make_response(answer)
    response.delete_cookie(
        _name(), path=_path(), secure=_is_secure(), httponly=True, samesite="Lax"
    )
    return response


def _name() -> str:
    return cookies.named("carried", _is_secure(), _path())


def _path() -> str:
    return str(current_app.config["APPLICATION_ROOT"])


def _is_secure() -> bool:
    return bool(current_app.config["SESSION_COOKIE_SECURE"])
