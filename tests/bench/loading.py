"""A load for web servers: requests that are made beforehand, over connections that stay open."""

import re
import selectors
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.bench.contest import Failed

CONNECTIONS = 16
PATIENCE = 20  # seconds for an answer

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass
class _Line:
    """One connection and what it has heard of the answer it waits for."""

    sock: socket.socket
    heard: bytes = b""


def post(port: int, requests: Sequence[bytes], wanted: bytes) -> None:
    """Send them all, as fast as they are answered, each over whichever connection is free.

    Raises `Failed` for an answer whose status is not `wanted`, or which does not come.
    """
    waiting = iter(requests)
    with selectors.DefaultSelector() as selector:
        lines = [_Line(_connected(port)) for _ in range(min(CONNECTIONS, len(requests)))]
        try:
            for line in lines:
                selector.register(line.sock, selectors.EVENT_READ, line)
                line.sock.sendall(next(waiting))
            _converse(selector, waiting, len(requests), wanted)
        finally:
            for line in lines:
                line.sock.close()


def _converse(
    selector: selectors.BaseSelector, waiting: Iterator[bytes], missing: int, wanted: bytes
) -> None:
    while missing:
        ready = selector.select(PATIENCE)
        if not ready:
            raise Failed(f"no answer within {PATIENCE} seconds")
        for key, _ in ready:
            line: _Line = key.data
            if _has_ended(line, wanted):
                missing -= 1
                if (request := next(waiting, None)) is not None:
                    line.sock.sendall(request)


def _has_ended(line: _Line, wanted: bytes) -> bool:
    """Listen once more; True when the whole answer is there."""
    heard = line.sock.recv(65536)
    if not heard:
        raise Failed("the server hung up")
    line.heard += heard
    head, found, body = line.heard.partition(b"\r\n\r\n")
    length = LENGTH.search(head)
    if not found or (length and len(body) < int(length[1])):
        return False
    status = head.split(b" ", 2)[1]
    if status != wanted:
        raise Failed(f"the server answered {status.decode()}")
    line.heard = b""
    return True


def _connected(port: int) -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock
