"""A letter on the wire: the commands of its envelope, and the chunks it is written in."""

import re

from emails.errors import Refused, TransportError
from emails.transports.connect import Extensions
from emails.transports.transport import Outgoing

DOT = b".\r\n"


class MailTransaction:
    """One in flight. `end_sent`: its end may be on the wire, so the server may have it.

    `failed`: why it is refused already, while replies to its later commands are still to come.
    """

    __slots__ = ("end_sent", "failed", "outgoing", "parameters")

    def __init__(self, outgoing: Outgoing, parameters: str) -> None:
        self.outgoing, self.parameters = outgoing, parameters
        self.end_sent = False
        self.failed: TransportError | None = None

    @property
    def mail(self) -> bytes:
        return f"MAIL FROM:<{self.outgoing.sender}>{self.parameters}\r\n".encode()

    @property
    def rcpt(self) -> bytes:
        return f"RCPT TO:<{self.outgoing.recipient}>\r\n".encode()

    @property
    def bdat(self) -> bytes:
        return b"BDAT %d LAST\r\n" % len(self.outgoing.data)


class Chunk:
    """Bytes to be written. `body`: the letter they belong to; `ends`: the letter they complete."""

    __slots__ = ("body", "data", "ends")

    def __init__(
        self, data: bytes, body: MailTransaction | None = None, ends: MailTransaction | None = None
    ) -> None:
        self.data: bytes | memoryview = data
        self.body, self.ends = body, ends


_is_usual = re.compile(r"[!#-;=?-~]+").fullmatch  # printable ASCII without space, < > and "


def mail_parameters(server: Extensions, outgoing: Outgoing) -> str | TransportError:
    """The parameters of MAIL, or why there is no way to this address."""
    both = outgoing.sender + outgoing.recipient
    if not _can_stand_alone(both):
        return Refused(None, "an address with spaces, quotes or angle brackets is not written to")
    size = len(outgoing.data)
    if server.size and size > server.size:
        return Refused(None, f"the server takes {server.size} bytes, and the letter has {size}")
    parameters = "" if server.size is None else f" SIZE={size}"
    if both.isascii():
        return parameters
    if not server.smtputf8:
        return Refused(None, "the server takes no address with characters beyond ASCII (SMTPUTF8)")
    return f"{parameters} SMTPUTF8 BODY=8BITMIME"


def stuffed(outgoing: Outgoing) -> bytes:
    """With the dots of RFC 5321, section 4.5.2, but for the final one."""
    data = outgoing.data
    if outgoing.dotless:
        return data
    doubled = data.replace(b"\r\n.", b"\r\n..").removesuffix(b"\r\n") + b"\r\n"
    return b"." + doubled if data.startswith(b".") else doubled


def _can_stand_alone(text: str) -> bool:
    if _is_usual(text):
        return True
    return text.isprintable() and not any(char in text for char in ' <>"')
