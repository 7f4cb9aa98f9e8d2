"""The Flask application: routes, limits, headers. `create_app` is all that `wsgi.py` knows."""

from typing import Any

from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

from course import admin, cli, web
from course.config import hosts
from course.http import allowed_hosts, cookies, guard, language, page, path_prefix
from course.http.request_sizes import MAX_FIELDS, MAX_FORM_BYTES, MAX_TEXT_FORM_BYTES, SizedRequest
from course.runtime import process
from course.runtime.process import Runtime
from course.subscribers import requests
from course.web import embedding, unsubscribing


class Application(Flask):
    request_class = SizedRequest

    def log_exception(self, exc_info: Any) -> None:
        """By the name of the page: its path may hold a token, and no token is logged."""
        self.logger.error("an error on %s", request.endpoint, exc_info=exc_info)


def create_app(with_runtime: Runtime | None = None) -> Flask:
    """The application for this process, on `with_runtime` or on what the environment says."""
    parts = with_runtime or process.runtime()
    app = Application(__name__)
    app.extensions["runtime"] = parts
    app.extensions["requests"] = requests.queue(parts.engine)
    app.session_interface = cookies.Sessions()
    # Werkzeug would redirect to a path's other spelling, under the Host that the visitor sent.
    app.url_map.strict_slashes = app.url_map.merge_slashes = False
    app.config.from_mapping(_flask_settings(parts))
    path_prefix.mount(app, hosts.path_of(parts.settings.base_url))
    if hops := parts.settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    language.register(app, page.home_catalog)
    allowed_hosts.register(app, parts.settings.base_url)
    guard.register(app, parts.settings.redis_url, f"{parts.security_log.digest('limits')}:")
    web.register(app, in_development=parts.settings.in_development)
    admin.register(app)
    # The forms without a CSRF token: mail programs' one click, and those that only carry what
    # somebody typed elsewhere to a form of ours.
    guard.csrf.exempt(unsubscribing.one_click)
    guard.csrf.exempt(embedding.carry)
    guard.csrf.exempt(embedding.carry_newsletter)
    cli.register(app)
    return app


def _flask_settings(parts: Runtime) -> dict[str, object]:
    settings = parts.settings
    secure = settings.base_url.startswith("https://")
    path = hosts.path_of(settings.base_url) or "/"
    return {
        "APPLICATION_ROOT": path,
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "SESSION_COOKIE_NAME": cookies.named("letterpath", secure, path),
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": secure,
        "MAX_CONTENT_LENGTH": MAX_FORM_BYTES,  # see `course.http.request_sizes`
        "MAX_FORM_MEMORY_SIZE": MAX_TEXT_FORM_BYTES,
        "MAX_FORM_PARTS": MAX_FIELDS,
        # An evening's writing may take longer than an hour; the session is the limit.
        "WTF_CSRF_TIME_LIMIT": None,
        # Our pages send no Referer, so none can be asked for.
        "WTF_CSRF_SSL_STRICT": False,
    }
