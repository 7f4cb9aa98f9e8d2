"""gunicorn's settings as they ship, but for its patience with whoever sends slowly."""

from collections.abc import Callable, Iterable
from typing import Any

from course.http.request_buffering import BufferingWorker


class Impatient(BufferingWorker):
    receive_timeout = 0.5


worker_class = Impatient
workers = 1
threads = 1
worker_connections = 20
control_socket_disable = True


def app(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    """What was sent, again; or as much as the path says."""
    path = environ["PATH_INFO"].strip("/")
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["wsgi.input"].read() if not path else b"x" * int(path)]
