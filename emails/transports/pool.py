"""Open connections to one SMTP server, kept between deliveries."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from emails.transports.connect import Extensions, connect
from emails.transports.connection import Connection
from emails.transports.server import Server


class ConnectionPool:
    """For one delivery at a time. A timer thread closes the connections that lie idle.

    `pipelining` is given up for good once the server has shown that it can't.
    """

    def __init__(self, server: Server) -> None:
        self.server = server
        self.connections: list[Connection] = []
        self.pipelining = True
        self._lock = threading.Lock()  # held while idle connections are closed
        self._in_use = False
        self._idle_timer: threading.Timer | None = None

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """For one delivery. Drops what the server has closed; the idle timer closes nothing."""
        self._begin()
        self._drop_closed()
        try:
            yield
        finally:
            self._in_use = False
            self._start_idle_timer()

    def check(self) -> None:
        """Connect if no connection is open. Raises `Unreachable`."""
        self._drop_closed()
        if not self.connections:
            self.add(*connect(self.server))

    def add(self, sock: socket.socket, extensions: Extensions) -> Connection:
        connection = Connection(sock, extensions, self.server.max_in_flight, self.pipelining)
        self.connections.append(connection)
        return connection

    def remove(self, connection: Connection, quit_first: bool = False) -> None:
        self.pipelining = self.pipelining and not connection.conversation.broken
        self.connections.remove(connection)
        connection.close(quit_first)

    def close(self) -> None:
        self._begin()
        self._close_all()

    def _begin(self) -> None:
        with self._lock:
            self._in_use = True
            if self._idle_timer is not None:
                self._idle_timer.cancel()

    def _start_idle_timer(self) -> None:
        """Nobody reads until the next delivery: say QUIT before the server hangs up."""
        if self.connections:
            self._idle_timer = threading.Timer(self.server.idle, self._close_if_idle)
            self._idle_timer.daemon = True
            self._idle_timer.start()

    def _close_if_idle(self) -> None:
        with self._lock:
            if not self._in_use:
                self._close_all()

    def _close_all(self) -> None:
        for connection in list(self.connections):
            self.remove(connection, quit_first=True)

    def _drop_closed(self) -> None:
        """A server hangs up, or says 421, unasked: to read shows it, without a command."""
        for connection in list(self.connections):
            connection.read()  # no letter is in flight, so there is no result
            if connection.conversation.over:
                connection.conversation.broken = False
                self.remove(connection)
