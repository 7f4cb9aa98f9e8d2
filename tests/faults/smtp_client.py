"""Batches for a scripted server, three ways to speak with it, and a judge of the results."""

from collections import Counter
from collections.abc import Iterable

from emails.errors import TransportError, Uncertain, Unreachable
from emails.transports.factory import open_transport
from emails.transports.transport import MaySend, Outgoing, Receipt, always
from tests.faults.scripted import Deed, Scripted

# What EHLO names, the window that goes with it, and the verbs that are never said.
WAYS = {
    "lock-step": ((), 1, {"BDAT"}),
    "pipelined": (("PIPELINING", "CHUNKING", "SIZE 1000000"), 1, {"BDAT"}),
    "window": (("PIPELINING", "CHUNKING", "8BITMIME"), 3, {"DATA", "body", "dot"}),
}

LETTERS = 7

# The letter to somebody the server doesn't know: after it comes RSET.
REFUSED = 2
TIMEOUT = 0.3

Results = list[tuple[int, Receipt | TransportError]]


def letter(id_: int, lines: int = 20) -> Outgoing:
    head = f"Message-ID: <{id_}@example.org>\r\nSubject: Hear\r\n\r\n"
    data = (head + ".a line that begins with a dot\r\n" * lines).encode()
    name = "nobody" if id_ == REFUSED else f"ada{id_}"
    return Outgoing(id_, "letters@example.org", f"{name}@example.org", data)


def deliver(
    port: int,
    options: str = "",
    batch: Iterable[Outgoing] | None = None,
    may_send: MaySend = always,
) -> Results:
    transport = open_transport(f"smtp://127.0.0.1:{port}?timeout={TIMEOUT}{options}")
    found = list(transport.deliver(batch or map(letter, range(LETTERS)), may_send))
    transport.close()
    return found


def agree(scene: object, script: Scripted, results: Results, most_uncertain: int) -> None:
    """What the client believes is what the server knows."""
    accepted = Counter(script.accepted)
    # Where there is no server to speak with, the rest is not asked for.
    gone = any(isinstance(result, Unreachable) for _, result in results)
    assert sorted(id_ for id_, _ in results) == list(range(len(results) if gone else LETTERS)), (
        scene
    )
    assert max(accepted.values(), default=0) <= 1, scene
    for id_, result in results:
        if not isinstance(result, Uncertain):
            assert (accepted[id_] == 1) is isinstance(result, Receipt), (scene, id_, result)
    assert sum(isinstance(result, Uncertain) for _, result in results) <= most_uncertain, scene
    # Who answers twice puts the conversation out of step: then it isn't we who hurry.
    assert script.complaints == [] or script.deed is Deed.TWICE, scene
