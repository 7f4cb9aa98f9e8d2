"""SMTP over one connection that stays open: across a batch, and across batches.

What each moment of a conversation means for the letter:

    no connection, no TLS, no login     Deferred, and the rest of the batch with it
    4xx, or 421 with a goodbye          Deferred
    5xx                                 Refused
    lost before the final dot           Deferred
    lost after the final dot            Uncertain: the server may have it

A connection that the server closed while nobody was writing is opened again, unnoticed.
"""

import select
import smtplib
import socket
import ssl
from collections.abc import Iterable
from contextlib import suppress
from typing import Self

from emails.errors import Deferred, Refused, TransportError, Uncertain, Withheld
from emails.transports import Fates, Outgoing, Permit, Receipt, always
from emails.transports.server import Server

FINAL_DOT = b".\r\n"


class SmtpTransport:
    """Keeps one connection. Close it, or let the process end."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None

    @classmethod
    def at(cls, url: str) -> Self:
        return cls(Server.at(url))

    def deliver(self, batch: Iterable[Outgoing], permit: Permit = always) -> Fates:
        no_server: Deferred | None = None
        for outgoing in batch:
            if not permit(outgoing.id):
                yield outgoing.id, Withheld()
                continue
            if no_server is None:
                try:
                    self._be_ready()
                except Deferred as error:
                    # Waiting for a timeout once is enough.
                    no_server = error
            yield outgoing.id, no_server or self._fate(outgoing)

    def check(self) -> None:
        """Connects and logs in. Raises `Deferred`."""
        self._be_ready()

    def close(self) -> None:
        if self._smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._smtp.quit()
        self._drop()

    def _fate(self, outgoing: Outgoing) -> Receipt | TransportError:
        try:
            return self._hand_over(outgoing)
        except TransportError as error:
            return error

    def _hand_over(self, outgoing: Outgoing) -> Receipt:
        smtp = self._be_ready()
        options = _options(smtp, outgoing)
        try:
            self._command(smtp, smtp.mail, outgoing.sender, options)
            self._command(smtp, smtp.rcpt, outgoing.recipient)
            self._command(smtp, smtp.docmd, "DATA", wanted=354)
            smtp.send(_stuffed(outgoing.data))
            if _has_spoken(smtp):
                raise smtplib.SMTPServerDisconnected("the server did not wait for the end")
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise Deferred(None, f"the connection was lost: {error}") from error
        return self._verdict(smtp)

    def _verdict(self, smtp: smtplib.SMTP) -> Receipt:
        """The final dot, sent apart from the letter, and the answer to it.

        Whatever was lost until now was lost for certain; from here on nobody knows.
        """
        try:
            smtp.send(FINAL_DOT)
            code, said = smtp.getreply()
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise Uncertain(None, f"the answer to the letter was lost: {error}") from error
        self._judge(smtp, code, said, wanted=250)
        return Receipt(f"{code} {_words(said)}")

    def _command(self, smtp, command, *values, wanted=250) -> None:  # type: ignore[no-untyped-def]
        """One command and its answer. Raises `Refused` or `Deferred` for what wasn't wanted."""
        code, said = command(*values)
        self._judge(smtp, code, said, wanted)

    def _judge(self, smtp: smtplib.SMTP, code: int, said: bytes, wanted: int) -> None:
        if code == wanted or (wanted == 250 and code == 251):
            return
        if code in (-1, 421):
            self._drop()
        else:
            self._begin_anew(smtp)
        kind = Refused if 500 <= code < 600 else Deferred
        raise kind(code if code > 0 else None, _words(said))

    def _begin_anew(self, smtp: smtplib.SMTP) -> None:
        """After a refusal the server forgets the envelope, or we forget the server."""
        try:
            fine = smtp.rset()[0] == 250
        except (smtplib.SMTPException, OSError):
            fine = False
        if not fine:
            self._drop()

    def _be_ready(self) -> smtplib.SMTP:
        """The open connection, or a new one. Raises `Deferred`.

        A server that hangs up, or says 421, does so unasked: that can be seen without asking.
        """
        if self._smtp is None or _has_spoken(self._smtp):
            self._drop()
            self._smtp = self._connect()
        return self._smtp

    def _connect(self) -> smtplib.SMTP:
        server, smtp = self._server, None
        try:
            smtp = self._greeted()
            if not server.tls:
                _secure(smtp, server)
            smtp.ehlo_or_helo_if_needed()
            if server.user is not None:
                smtp.login(server.user, server.password)
        except (smtplib.SMTPException, OSError, Deferred) as error:
            if smtp is not None:
                smtp.close()
            raise self._no_connection(error) from error
        return smtp

    def _greeted(self) -> smtplib.SMTP:
        where, timeout = (self._server.host, self._server.port), self._server.timeout
        if self._server.tls:
            context = self._server.context()
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(*where, timeout=timeout, context=context)
        else:
            smtp = smtplib.SMTP(*where, timeout=timeout)
        if smtp.sock is not None:
            # Or the final dot would wait for an acknowledgement of the letter.
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return smtp

    def _no_connection(self, error: Exception) -> Deferred:
        """A refused login, too, is about our settings and never about the letter."""
        if isinstance(error, Deferred):
            return error
        if isinstance(error, smtplib.SMTPResponseException):
            return Deferred(error.smtp_code, _words(error.smtp_error))
        return Deferred(None, f"no connection to {self._server.host}:{self._server.port}: {error}")

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


def _secure(smtp: smtplib.SMTP, server: Server) -> None:
    """STARTTLS as asked for. A password doesn't leave this machine in the clear, unless told to."""
    smtp.ehlo_or_helo_if_needed()
    if server.starttls == "never":
        return
    if smtp.has_extn("starttls"):
        smtp.starttls(context=server.context())
        smtp.ehlo()
    elif server.starttls == "required":
        raise Deferred(None, f"{server.host} does not offer STARTTLS, and it is required")
    elif server.user is not None and not server.is_this_machine:
        raise Deferred(
            None,
            f"{server.host} does not offer STARTTLS, and a password is not sent in the clear; "
            "?starttls=never would do so",
        )


def _options(smtp: smtplib.SMTP, outgoing: Outgoing) -> list[str]:
    """Raises `Refused` for an address that this server has no letters for."""
    both = outgoing.sender + outgoing.recipient
    if not all(sign > " " and sign not in '<>"\x7f' for sign in both):
        raise Refused(None, "an address with spaces, quotes or angle brackets is not written to")
    if both.isascii():
        return []
    if not smtp.has_extn("smtputf8"):
        raise Refused(None, "the server takes no address with signs beyond ASCII (SMTPUTF8)")
    return ["SMTPUTF8", "BODY=8BITMIME"]


def _stuffed(data: bytes) -> bytes:
    """With the dots of RFC 5321, section 4.5.2, but for the final one."""
    stuffed = data.replace(b"\r\n.", b"\r\n..").removesuffix(b"\r\n") + b"\r\n"
    return b"." + stuffed if data.startswith(b".") else stuffed


def _has_spoken(smtp: smtplib.SMTP) -> bool:
    """True where the server hung up, or said something, when it was not its turn."""
    sock = smtp.sock
    if sock is None:
        return True
    if not select.select([sock], [], [], 0)[0]:
        return False
    timeout = sock.gettimeout()
    sock.setblocking(False)
    try:
        sock.recv(1)
    except ssl.SSLWantReadError:
        return False  # TLS talking to itself
    except OSError:
        return True
    finally:
        sock.settimeout(timeout)
    return True


def _words(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(text.split())
