"""A transport that keeps what it is given, for tests and rehearsals."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from emails.errors import TransportError, Uncertain, Withheld
from emails.transports.transport import MaySend, Outgoing, Receipt, Results, always


@dataclass
class MemoryTransport:
    """`sent` is every message that was taken, in order.

    `replies` scripts the answer for a recipient: {"grace@example.org": Refused(550, "…")}.
    """

    sent: list[Outgoing] = field(default_factory=list)
    replies: dict[str, TransportError] = field(default_factory=dict)

    def deliver(self, batch: Iterable[Outgoing], may_send: MaySend = always) -> Results:
        for outgoing in batch:
            if not may_send(outgoing.id):
                yield outgoing.id, Withheld()
                continue
            reply = self.replies.get(outgoing.recipient)
            # Uncertain means that it may have arrived; the worst case is that it has.
            if reply is None or isinstance(reply, Uncertain):
                self.sent.append(outgoing)
            yield outgoing.id, reply or Receipt("kept in memory")

    def check(self) -> None:
        """Memory is always there."""

    def close(self) -> None:
        """Nothing to close; `sent` stays."""
