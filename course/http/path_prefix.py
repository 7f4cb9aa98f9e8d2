"""Serving below a path prefix (SCRIPT_NAME): the base URL's own, whatever the request says.

A proxy may pass a path on as it is (`/letters/journal`) or without what stands before ours
(`/journal`); both find the page, and its links begin with the path all the same.
"""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

WSGI = Callable[[dict[str, Any], Any], Iterable[bytes]]


def mount(app: Flask, path: str) -> None:
    """`path` begins with a slash and does not end with one, or is empty."""
    app.wsgi_app = _below(app, path, app.wsgi_app)  # type: ignore[method-assign,assignment]


def _below(app: Flask, path: str, inner: WSGI) -> WSGI:
    pages = app.url_map.bind("")

    def wsgi(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        asked = environ.get("PATH_INFO", "")
        rest = asked.removeprefix(path) or "/"
        # A page of ours may begin as the path does (/letters): then what is left is no page.
        is_below = path and (asked == path or asked.startswith(f"{path}/"))
        is_whole = is_below and (asked == path or pages.allowed_methods(rest))
        environ["SCRIPT_NAME"], environ["PATH_INFO"] = path, rest if is_whole else asked
        return inner(environ, start_response)

    return wsgi
