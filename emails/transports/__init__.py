"""What carries a message: one protocol, three ways, chosen by a URL.

smtp://user:password@host:587    STARTTLS where it is offered; ?starttls=required or never
smtps://user:password@host:465   TLS from the first byte
folder:PATH                      a file for each message, to look at
memory:                          a list, for tests
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from emails.errors import TransportError


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message and its envelope. `id` comes back with the answer."""

    id: int
    sender: str
    recipient: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """The server has taken the message; `words` are what it said."""

    words: str


class Transport(Protocol):
    """Carries batches of messages. Not for use by two threads at once."""

    def deliver(self, batch: Iterable[Outgoing]) -> Iterator[tuple[int, Receipt | TransportError]]:
        """Each message's id and fate, as the answers come. A fate is yielded, never raised."""
        ...

    def check(self) -> None:
        """Raises `TransportError` where nothing could be delivered just now. Sends nothing."""
        ...

    def close(self) -> None:
        """Say goodbye. The next delivery opens again."""
        ...


def open_transport(url: str) -> Transport:
    """The transport for a URL as above; it connects when it is first used.

    Raises `ValueError` for a URL that names none. Its words don't repeat the password.
    """
    scheme, _, rest = url.partition(":")
    match scheme:
        case "smtp" | "smtps":
            from emails.transports.smtp import SmtpTransport

            return SmtpTransport.at(url)
        case "folder" if rest:
            from emails.transports.folder import FolderTransport

            return FolderTransport(Path(rest))
        case "memory":
            from emails.transports.memory import MemoryTransport

            return MemoryTransport()
    raise ValueError("A mail URL begins with smtp:, smtps:, folder: or memory:.")
