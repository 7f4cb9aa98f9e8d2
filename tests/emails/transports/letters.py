"""A letter to send, and a server to send it to."""

from emails.errors import TransportError
from emails.transports.factory import open_transport
from emails.transports.transport import Outgoing, Receipt, Transport

DATA = b"Subject: Hear\r\n\r\n.\r\n..\r\n.leading\r\nHear.\r\n"


def outgoing(id_: int = 1, to: str = "ada@example.org", data: bytes = DATA) -> Outgoing:
    return Outgoing(id_, "letters@example.org", to, data)


def result_of(transport: Transport, letter: Outgoing | None = None) -> Receipt | TransportError:
    [(_, found)] = transport.deliver([letter or outgoing()])
    transport.close()
    return found


def at(port: int, options: str = "", user: str = "", scheme: str = "smtp") -> Transport:
    return open_transport(f"{scheme}://{user}127.0.0.1:{port}?timeout=3{options}")
