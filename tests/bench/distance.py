"""A mail server far away: one connection, 20 ms for a word to come back.

    python -m tests.bench.distance PORT TARGET

is the distance itself: a proxy on the loopback that brings every byte 10 ms later, in order, and
limits nothing else (no slow start and no window, which a real line has as well). The connection
itself is there at once, its first word 10 ms later.
"""

import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from tests.bench import senders
from tests.bench.contest import Run
from tests.bench.measure import Contestant, Hall, Measure, gathered
from tests.bench.running import running
from tests.bench.sending import contest
from tests.bench.sinks import OpenSink, Sink, fast_sink
from tests.support.servers import free_port, wait_for_port

ONE_WAY = 0.010  # seconds
CHUNK = 256 * 1024

# None stands for the end of what was said.
Post = SimpleQueue[tuple[float, bytes | None]]

ONE_CONNECTION: list[Callable[[Hall], Contestant]] = [
    partial(senders.smtp_source, letters=40, connections=1),
    partial(senders.nodemailer, letters=40, connections=1),
    partial(senders.smtplib, letters=40),
    partial(senders.letterpath_transport, letters=150, connections=1),
    partial(senders.letterpath_transport, letters=1_500, connections=1, window=32),
]


def serve(port: int, target: int) -> None:
    """Until the process ends."""
    with socket.create_server(("127.0.0.1", port), backlog=100) as listener:
        while True:
            near, _ = listener.accept()
            far = socket.create_connection(("127.0.0.1", target))
            for one, other in ((near, far), (far, near)):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                post: Post = SimpleQueue()
                threading.Thread(target=_take_in, args=(one, post), daemon=True).start()
                threading.Thread(target=_hand_on, args=(other, post), daemon=True).start()


def _take_in(sock: socket.socket, post: Post) -> None:
    data: bytes | None = b"."
    while data:
        try:
            data = sock.recv(CHUNK) or None
        except OSError:
            data = None
        post.put((time.monotonic() + ONE_WAY, data))


def _hand_on(sock: socket.socket, post: Post) -> None:
    with suppress(OSError):
        while True:
            due, data = post.get()
            time.sleep(max(0.0, due - time.monotonic()))
            if data is None:
                sock.shutdown(socket.SHUT_WR)
                return
            sock.sendall(data)


def far_away(sink: OpenSink) -> OpenSink:
    """The same sink, behind the proxy."""

    @contextmanager
    def open_(folder: Path) -> Iterator[Sink]:
        port = free_port()
        with sink(folder) as near:
            command = [sys.executable, "-m", "tests.bench.distance", str(port), str(near.port)]
            with running(command, folder / "distance.txt"):
                wait_for_port(port)
                yield Sink(port, near.total)

    return open_


@contextmanager
def _open(hall: Hall) -> Iterator[Mapping[str, Run]]:
    with contest(hall, far_away(fast_sink(hall)), gathered(ONE_CONNECTION, hall)) as runs:
        yield runs


DISTANCE = Measure(
    name="distance",
    summary="one connection to a mail server that is 20 ms away (there and back)",
    unit="letter",
    reference=senders.YARDSTICK,
    of="sender",
    open=_open,
)

if __name__ == "__main__":
    serve(int(sys.argv[1]), int(sys.argv[2]))
