"""A scripted server on a port: every connection is a conversation of its own."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.faults.conversation import Conversation, HangUp
from tests.faults.scripted import Scripted


@contextmanager
def serving(script: Scripted) -> Iterator[int]:
    """The port it listens on; every connection has a thread of its own."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    threading.Thread(target=_listen, args=(script, listener), daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        script.hang_up()


def _listen(script: Scripted, listener: socket.socket) -> None:
    with suppress(OSError):
        while True:
            sock, _ = listener.accept()
            script.connections += 1
            script.sockets.append(sock)
            threading.Thread(target=_converse, args=(script, sock), daemon=True).start()


def _converse(script: Scripted, sock: socket.socket) -> None:
    with suppress(HangUp, OSError), sock:
        sock.settimeout(5)
        if len(script.sockets) > script.most_connections:
            sock.sendall(b"421 4.7.0 too many connections\r\n")
        else:
            Conversation(script, sock).run()
    script.sockets.remove(sock)
