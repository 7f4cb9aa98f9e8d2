"""Our transport alone: the same message over and over."""

from collections.abc import Iterator
from pathlib import Path

from emails.transports.factory import open_transport
from emails.transports.transport import Outgoing, Receipt
from tests.bench.peers.starting import arguments, ready


def main() -> None:
    given = arguments("connections", "window")
    data = Path(given.letter).with_suffix(".eml").read_bytes()
    transport = open_transport(
        f"smtp://127.0.0.1:{given.port}?starttls=never&connections={given.connections}"
        f"&window={given.window}"
    )
    ready()
    for _id, fate in transport.deliver(_batch(data, given.letters)):
        if not isinstance(fate, Receipt):
            raise fate
    transport.close()


def _batch(data: bytes, letters: int) -> Iterator[Outgoing]:
    for id_ in range(letters):
        yield Outgoing(id_, "letters@example.org", "ada@example.org", data)


if __name__ == "__main__":
    main()
