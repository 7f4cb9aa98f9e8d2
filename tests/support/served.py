"""A world whose pages a real browser can open: the same application, on a port of this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from werkzeug.serving import WSGIRequestHandler, make_server

from tests.support.world import World


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        """Requests are the tests' own."""


@contextmanager
def served(world: World, port: int) -> Iterator[World]:
    """While it is open, the pages are at `http://localhost:{port}`, which is their base URL."""
    app = world.client.application
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Silent)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield world
    finally:
        server.shutdown()
        thread.join()
