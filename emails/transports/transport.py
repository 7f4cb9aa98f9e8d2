"""What carries a batch of messages: the protocol that SMTP, a folder and memory fulfil."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, Protocol

from emails.errors import TransportError


class Outgoing(NamedTuple):
    """One message and its envelope. `id` comes back with the result.

    `dotless`: the caller promises that no line of the message begins with a dot.
    """

    id: int
    sender: str
    recipient: str
    data: bytes
    dotless: bool = False


class Receipt(NamedTuple):
    """The server has accepted the message; `words` is the text of its reply."""

    words: str


Result = Receipt | TransportError
Results = Iterator[tuple[int, Result]]  # by the message's id

# Asked by id, before bytes of a message leave; False withdraws it (`emails.errors.Withheld`).
MaySend = Callable[[int], bool]


def always(_id: int) -> bool:
    return True


class Transport(Protocol):
    """Delivers batches of messages. Not for use by two threads at once."""

    def deliver(self, batch: Iterable[Outgoing], may_send: MaySend = always) -> Results:
        """Each message's id and result, as they come. An error is yielded, never raised.

        The batch is read as messages can be taken up, one after the other.
        """
        ...

    def check(self) -> None:
        """Raises `TransportError` where nothing could be delivered just now. Sends nothing."""
        ...

    def close(self) -> None:
        """Close the connections. The next delivery opens them again."""
        ...
