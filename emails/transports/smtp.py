"""SMTP over a handful of connections that stay open, driven by one thread.

What each moment means for the letter:

    no connection, no TLS, no login     Unreachable, and so is every other letter in hand
    4xx                                 Deferred
    5xx                                 Refused (5xx to MAIL is about us: Deferred)
    lost before the letter's end left   tried once more on another connection, then Deferred
    lost after the letter's end left    Uncertain: the server may have it

A connection that the server closed while nobody was writing is opened again, unnoticed; so is one
that says 421 because it has carried enough letters.
"""

from collections.abc import Iterable
from typing import Self

from emails.transports.batch_delivery import BatchDelivery
from emails.transports.pool import ConnectionPool
from emails.transports.server import Server
from emails.transports.transport import MaySend, Outgoing, Results, always


class SmtpTransport:
    """Keeps its connections. Close it, or let the process end."""

    def __init__(self, server: Server) -> None:
        self._pool = ConnectionPool(server)

    @classmethod
    def at(cls, url: str, domain: str | None = None) -> Self:
        return cls(Server.at(url, domain))

    def deliver(self, batch: Iterable[Outgoing], may_send: MaySend = always) -> Results:
        with self._pool.in_use():
            delivery = BatchDelivery(self._pool, iter(batch), may_send)
            try:
                yield from delivery.results()
            finally:
                delivery.end()

    def check(self) -> None:
        """Connects and logs in. Raises `Unreachable`."""
        self._pool.check()

    def close(self) -> None:
        self._pool.close()
