"""A client's socket: how long a thread waits for it, and what is read and sent without waiting."""

import select
import socket
from typing import Any

# Seconds in which a client has to take an answer.
SEND_TIMEOUT = 10.0


RECEIVE_SIZE = 64 * 1024


# On answers that the application never sees; its own are in `course.http.headers`.
SECURITY_HEADERS = (
    b"Content-Security-Policy: default-src 'none'\r\nX-Content-Type-Options: nosniff\r\n"
    b"Strict-Transport-Security: max-age=31536000\r\nCache-Control: no-store\r\n"
)


class ClientSocket(socket.socket):
    """A thread waits `SEND_TIMEOUT` seconds at most for it."""

    def setblocking(self, flag: bool) -> None:
        """gunicorn asks for it before each request."""
        self.settimeout(SEND_TIMEOUT if flag else 0)


class ErrorSocket:
    """For gunicorn's own error pages: adds the security headers that it leaves out."""

    def __init__(self, client: socket.socket) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def sendall(self, data: bytes) -> None:
        """gunicorn writes its few words in Latin-1."""
        typed = b"Content-Type: text/html"
        self._client.sendall(
            data.replace(typed, SECURITY_HEADERS + typed + b"; charset=iso-8859-1", 1)
        )


def is_writable(client: socket.socket) -> bool:
    """Whether a third of the send buffer is free (Linux): more than any page of ours has."""
    ready = select.poll()
    ready.register(client, select.POLLOUT)
    return bool(ready.poll(0))


def receive(client: socket.socket) -> bytes | None:
    """Empty at the end, or where the connection is broken; None where nothing has come."""
    try:
        return client.recv(RECEIVE_SIZE)
    except BlockingIOError:
        return None
    except OSError:
        return b""


def send_some(client: socket.socket, data: bytes) -> None:
    """As much as the kernel takes without waiting."""
    try:
        client.send(data)
    except OSError:
        return
