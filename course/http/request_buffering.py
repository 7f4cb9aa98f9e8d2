"""A gunicorn worker that buffers requests: its threads never wait for a client (slowloris).

gunicorn's own `gthread` worker gives a connection to a thread with its first byte: eight half-sent
forms held all eight threads for good. Here the event loop reads each request whole, at most 64 kB
of head and 1 MB of body within 20 seconds, before a thread gets it; the answer fits into the
socket's send buffer, and a connection that ends is read on by the loop (lingering close).

granian and waitress were looked at: granian's threads wait for bodies, sixty half-sent forms
stopped it; waitress is one process. See docs/decisions/slow-clients.md. This is a subclass of
`ThreadWorker` of gunicorn 27: each method says what it overrides there.
"""

import errno
import selectors
import socket
import time
from collections.abc import Iterator
from typing import Any

from gunicorn import http
from gunicorn.errors import ConfigError
from gunicorn.workers.gthread import TConn, ThreadWorker

from course.http.client_sockets import (
    SECURITY_HEADERS,
    ClientSocket,
    ErrorSocket,
    is_writable,
    receive,
    send_some,
)
from course.http.request_framing import IncomingRequest, TooLarge

# Seconds for which a closed connection is read on, or its answer could be cut off (RFC 9112, 9.6).
LINGER_TIMEOUT = 2.0

# In bytes: the kernel halves it, and gives no more than net.core.wmem_max.
SEND_BUFFER = 1024 * 1024

# In bytes, of all unfinished requests of a process: beyond it the largest one is dropped.
MAX_BUFFERED = 64 * 1024 * 1024


TOO_LARGE = (
    b"HTTP/1.1 413 Content Too Large\r\nConnection: close\r\n" + SECURITY_HEADERS
    + b"Content-Type: text/plain; charset=utf-8\r\nContent-Length: 24\r\n\r\n"
    b"This is more than fits.\n"
)  # fmt: skip
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Connection(TConn):  # type: ignore[misc]
    """A client's connection, between two requests or in one."""

    def __init__(self, worker: "BufferingWorker", client: socket.socket, *more: Any) -> None:
        super().__init__(worker.cfg, client, *more)
        self.initialized = True  # no TLS and no HTTP/2: both are the proxy's
        self.worker = worker
        self.incoming = IncomingRequest()

    def close(self, graceful: bool = False) -> None:
        """Never waits: the event loop reads what is still to come."""
        if graceful:
            self.worker.linger(self)
        else:
            self.sock.close()


class BufferingWorker(ThreadWorker):  # type: ignore[misc]
    # Seconds in which a request has to come, from its connection or its first byte on.
    receive_timeout = 20.0

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        # Each with when it is given up (by the monotonic clock), the earliest first.
        self.receiving: dict[Connection, float] = {}
        self.lingering: dict[Connection, float] = {}
        self.buffered = 0

    def accept(self, listener: socket.socket) -> None:
        """As there, but for whose socket it is. Where there are too many, the slowest one goes."""
        try:
            accepted, address = listener.accept()
        except OSError as error:
            if error.errno in (errno.EAGAIN, errno.ECONNABORTED):
                return
            raise
        client = ClientSocket(fileno=accepted.detach())
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        self.nr_conns += 1
        self.enqueue_req(Connection(self, client, address, listener.getsockname()))
        if self.nr_conns >= self.worker_connections and self.receiving:
            self._give_up(next(iter(self.receiving)))

    def enqueue_req(self, conn: Connection) -> None:
        """Called there for a new connection, and for a kept one where a request begins."""
        conn.sock.setblocking(False)
        self.receiving[conn] = time.monotonic() + self.receive_timeout
        self.poller.register(conn.sock, selectors.EVENT_READ, lambda _: self._receive(conn))
        if conn.parser is not None:  # it may have been sent together with the one before
            self._take(conn, conn.parser.unreader.take_buffered())
        self._receive(conn)

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        super().check_config(cfg, log)
        if cfg.is_ssl:
            raise ConfigError("TLS comes from the proxy in front: leave out certfile and keyfile.")

    def murder_pending(self) -> None:
        """Called there at least once a second. Who stops waits for nobody."""
        now = time.monotonic() if self.alive else float("inf")
        for conn in _overdue(self.receiving, now):
            self._give_up(conn)
        for conn in _overdue(self.lingering, now):
            self._forget(conn)

    def handle_request(self, req: Any, conn: Connection) -> Any:
        """A client that doesn't take its answer is one that has gone, and no error of ours."""
        try:
            return super().handle_request(req, conn)
        except TimeoutError as error:
            raise BrokenPipeError(errno.EPIPE, "the answer was not taken") from error

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        """Called there for a request that can't be read, before the application is asked."""
        super().handle_error(req, ErrorSocket(client), addr, exc)

    def linger(self, conn: Connection) -> None:
        """Close our half; the other one when the client has, or soon."""
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            conn.sock.setblocking(False)
            self.poller.register(conn.sock, selectors.EVENT_READ, lambda _: self._discard(conn))
        except (OSError, ValueError, KeyError):
            conn.sock.close()
            return
        self.lingering[conn] = time.monotonic() + LINGER_TIMEOUT
        if len(self.lingering) > self.worker_connections:
            self._forget(next(iter(self.lingering)))

    def _receive(self, conn: Connection) -> None:
        if conn not in self.receiving:
            return
        if data := receive(conn.sock):
            self._take(conn, data)
        elif data is not None:
            self._give_up(conn)

    def _take(self, conn: Connection, data: bytes) -> None:
        conn.incoming.data += data
        self.buffered += len(data)
        try:
            if conn.incoming.is_whole():
                self._hand_over_when_writable(conn)
            elif conn.incoming.expects_continue:
                conn.incoming.expects_continue = False
                send_some(conn.sock, CONTINUE)
        except TooLarge:
            send_some(conn.sock, TOO_LARGE)
            self._give_up(conn)
        if self.buffered > MAX_BUFFERED:
            self._give_up(max(self.receiving, key=lambda other: len(other.incoming.data)))

    def _hand_over_when_writable(self, conn: Connection) -> None:
        """Where a client hasn't taken its last answer yet, the next one has to wait."""
        if conn.parser is None or is_writable(conn.sock):
            self._hand_over(conn)
        else:
            ready = selectors.EVENT_WRITE
            self.poller.modify(conn.sock, ready, lambda _: self._hand_over(conn))

    def _hand_over(self, conn: Connection) -> None:
        """To a thread. Its parser has these bytes only: it can't wait for more."""
        self._stop_receiving(conn)
        conn.parser = http.get_parser(self.cfg, [bytes(conn.incoming.data)], conn.client)
        conn.incoming = IncomingRequest()
        super().enqueue_req(conn)

    def _give_up(self, conn: Connection) -> None:
        self._stop_receiving(conn)
        self.nr_conns -= 1
        self.linger(conn)

    def _stop_receiving(self, conn: Connection) -> None:
        del self.receiving[conn]
        self.buffered -= len(conn.incoming.data)
        self.poller.unregister(conn.sock)

    def _discard(self, conn: Connection) -> None:
        if receive(conn.sock) == b"":
            self._forget(conn)

    def _forget(self, conn: Connection) -> None:
        if self.lingering.pop(conn, None) is not None:
            self.poller.unregister(conn.sock)
            conn.sock.close()


def _overdue(deadlines: dict[Connection, float], now: float) -> Iterator[Connection]:
    for conn, deadline in list(deadlines.items()):
        if deadline > now:
            return
        yield conn
