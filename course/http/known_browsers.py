"""Device cookies: browsers in which the author has signed in have password limits of their own.

The cookie is a random name, signed; it opens nothing. So whoever guesses passwords from many
networks can't lock the author out (OWASP calls it "device cookies").
"""

from datetime import timedelta
from secrets import token_urlsafe

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug import Response

from course.http import cookies
from course.http.page import runtime

COOKIE_AGE = timedelta(days=400)  # browsers keep none for longer


def current() -> str | None:
    """This one's name, where it has one of ours."""
    try:
        name = _serializer().loads(request.cookies.get(_cookie(), ""))
    except BadSignature:
        return None
    return f"browser {name}"


def remember(response: Response) -> Response:
    """After a sign-in. One that is known keeps its name."""
    if current() is None:
        config = current_app.config
        response.set_cookie(
            _cookie(),
            _serializer().dumps(token_urlsafe(12)),
            max_age=COOKIE_AGE,
            path=config["APPLICATION_ROOT"],
            secure=config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
    return response


def _cookie() -> str:
    config = current_app.config
    return cookies.named("known", config["SESSION_COOKIE_SECURE"], config["APPLICATION_ROOT"])


def _serializer() -> URLSafeSerializer:
    secret = runtime().settings.secret_key.get_secret_value()
    return URLSafeSerializer(secret, salt="known browser", signer_kwargs=cookies.SIGNER)
