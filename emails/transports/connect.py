"""Opening a connection: greeting, EHLO, TLS and login, by the standard library.

It gives a non-blocking socket, and what the server offers.
"""

import smtplib
import socket
from dataclasses import dataclass
from typing import Self

from emails.errors import Unreachable
from emails.transports.client import SmtpClient, SmtpTlsClient
from emails.transports.server import Server


@dataclass(frozen=True, slots=True)
class Extensions:
    """What the server offers. `size`: the largest message in bytes, 0 where there is no limit."""

    pipelining: bool = False  # RFC 2920
    chunking: bool = False  # RFC 3030
    eight_bit: bool = False  # RFC 6152
    smtputf8: bool = False  # RFC 6531
    size: int | None = None  # RFC 1870

    @classmethod
    def of(cls, smtp: smtplib.SMTP) -> Self:
        size = smtp.esmtp_features.get("size")
        return cls(
            pipelining=smtp.has_extn("pipelining"),
            chunking=smtp.has_extn("chunking"),
            eight_bit=smtp.has_extn("8bitmime"),
            smtputf8=smtp.has_extn("smtputf8"),
            size=None if size is None else int(size) if size.isdecimal() else 0,
        )


def connect(server: Server) -> tuple[socket.socket, Extensions]:
    """Raises `Unreachable`, whatever went wrong: no letter is to blame."""
    smtp = None
    try:
        smtp = _greeted(server)
        if not server.tls:
            _secure(smtp, server)
        smtp.ehlo_or_helo_if_needed()
        if server.user is not None:
            smtp.login(server.user, server.password)
        extensions = Extensions.of(smtp)
    except (smtplib.SMTPException, OSError, ValueError, Unreachable) as error:
        if smtp is not None:
            smtp.close()
        raise _no_connection(server, error) from error
    if smtp.sock is None:
        raise Unreachable(None, f"{server.host}:{server.port} hung up")
    smtp.sock.setblocking(False)
    return smtp.sock, extensions


def _greeted(server: Server) -> smtplib.SMTP:
    where, timeout = (server.host, server.port, server.ehlo), server.timeout
    if server.tls:
        smtp: smtplib.SMTP = SmtpTlsClient(*where, timeout=timeout, context=server.context())
    else:
        smtp = SmtpClient(*where, timeout=timeout)
    if smtp.sock is not None:
        # Or the end of a letter would wait for an acknowledgement of its beginning.
        smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return smtp


def _secure(smtp: smtplib.SMTP, server: Server) -> None:
    """STARTTLS as asked for. A password doesn't leave this machine in the clear, unless told to."""
    smtp.ehlo_or_helo_if_needed()
    if server.starttls == "never":
        return
    if smtp.has_extn("starttls"):
        smtp.starttls(context=server.context())
        smtp.ehlo()
    elif server.starttls == "required":
        raise Unreachable(None, f"{server.host} does not offer STARTTLS, and it is required")
    elif server.user is not None and not server.is_this_machine:
        raise Unreachable(
            None,
            f"{server.host} does not offer STARTTLS, and a password is not sent in the clear; "
            "?starttls=never would do so",
        )


def _no_connection(server: Server, error: Exception) -> Unreachable:
    """A refused login, too, is about our settings and never about the letter."""
    if isinstance(error, Unreachable):
        return error
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        return Unreachable(error.smtp_code if error.smtp_code > 0 else None, " ".join(text.split()))
    return Unreachable(None, f"no connection to {server.host}:{server.port}: {error}")
