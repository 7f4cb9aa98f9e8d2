"""What carries a message: one protocol, three ways, chosen by a URL.

smtp://user:password@host:587    STARTTLS where it is offered; ?starttls=required or never
smtps://user:password@host:465   TLS from the first byte
    &connections=8               how many at once (1 to 16)
    &window=1                    letters under way on each, where the server offers CHUNKING; after
                                 a crash so many are uncertain, so it is for distant servers
    &ehlo=mail.example.org       our name, if the machine's own is not the one to tell
    &idle=20                     seconds without a letter before a connection is closed
    &messages=0                  letters for one connection before the next is opened (0: no end)
    &rate=0, &day=0, &warmup=…   how much it may carry: see `limits`
folder:PATH                      a file for each message, to look at
memory:                          a list, for tests
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

from emails.errors import TransportError


class Outgoing(NamedTuple):
    """One message and its envelope. `id` comes back with the answer.

    `dotless`: whoever wrote it promises that no line of it begins with a dot.
    """

    id: int
    sender: str
    recipient: str
    data: bytes
    dotless: bool = False


class Receipt(NamedTuple):
    """The server has taken the message; `words` are what it said."""

    words: str


# Asked before bytes of a message leave; False takes it back (`emails.errors.Withheld`).
Permit = Callable[[int], bool]

Fates = Iterator[tuple[int, Receipt | TransportError]]


def always(_id: int) -> bool:
    return True


class Transport(Protocol):
    """Carries batches of messages. Not for use by two threads at once."""

    def deliver(self, batch: Iterable[Outgoing], permit: Permit = always) -> Fates:
        """Each message's id and fate, as the answers come. A fate is yielded, never raised.

        The batch is read as messages can be taken up, one after the other.
        """
        ...

    def check(self) -> None:
        """Raises `TransportError` where nothing could be delivered just now. Sends nothing."""
        ...

    def close(self) -> None:
        """Say goodbye. The next delivery opens again."""
        ...


def open_transport(url: str, domain: str | None = None) -> Transport:
    """The transport for a URL as above; it connects when it is first used. `domain` is the
    sender's, for a machine that has no name of its own.

    Raises `ValueError` for a URL that names none. Its words don't repeat the password.
    """
    scheme, _, rest = url.partition(":")
    match scheme:
        case "smtp" | "smtps":
            from emails.transports.smtp import SmtpTransport

            return SmtpTransport.at(url, domain)
        case "folder" if rest:
            from emails.transports.folder import FolderTransport

            return FolderTransport(Path(rest))
        case "memory":
            from emails.transports.memory import MemoryTransport

            return MemoryTransport()
    raise ValueError("A mail URL begins with smtp:, smtps:, folder: or memory:.")
