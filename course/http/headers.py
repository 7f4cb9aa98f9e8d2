"""Headers on every answer: nothing is loaded from elsewhere, nothing is told to anyone."""

from flask import Flask, Response, request

from course.http.page import runtime

CONTENT = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)


def register(app: Flask) -> None:
    app.after_request(add)


def add(response: Response) -> Response:
    """A route that set one of these itself knows better."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT)
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Permissions-Policy", "interest-cohort=()")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    # In production always: the proxy that ends TLS may not say that it was there.
    if request.is_secure or not runtime().settings.in_development:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":
        headers["Cache-Control"] = headers.get("Cache-Control") or "no-store"
    return response
