"""Mail servers to talk to: real ones of aiosmtpd, and one that breaks off where it is told to."""

import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


class Post:
    """Takes what comes. `replies` are answers by recipient, `final_replies` to the final dot."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.sessions: list[Session] = []
        self.replies: dict[str, str] = {}
        self.final_replies: list[str] = []
        self.goodbyes = 0

    async def handle_QUIT(  # noqa: N802
        self, _server: SMTP, _session: Session, _envelope: Envelope
    ) -> str:
        self.goodbyes += 1
        return "221 2.0.0 Bye"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, to: str, _options: list[str]
    ) -> str:
        if to in self.replies:
            return self.replies[to]
        envelope.rcpt_tos.append(to)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        final_reply = self.final_replies.pop(0) if self.final_replies else "250 2.0.0 queued as 1"
        if final_reply.startswith("250"):
            self.taken.append(envelope)
        if session not in self.sessions:
            self.sessions.append(session)
        return final_reply


@contextmanager
def running(post: Post, **options: Any) -> Iterator[int]:
    """The port it listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(post, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def only_ada(_server: object, _session: object, _envelope: object, _kind: str, data: Any) -> Any:
    known = data.login == b"ada" and data.password == b"p@ss/word"
    return AuthResult(success=known, handled=False)


@contextmanager
def scripted(*conversations: list[str]) -> Iterator[int]:
    """One connection after the other, each with its lines to say, and then hung up.

    The first line is the greeting; each other one answers a command. "…" swallows a letter up to
    the final dot, "…250 taken" answers it as well, "." swallows a few bytes only.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=_speak, args=(listener, conversations), daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()
        thread.join(timeout=2)


def _speak(listener: socket.socket, conversations: tuple[list[str], ...]) -> None:
    for lines in conversations:
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as heard:
            connection.sendall(lines[0].encode() + b"\r\n")
            for line in lines[1:]:
                _say(connection, heard, line)


def _say(connection: socket.socket, heard: BinaryIO, line: str) -> None:
    if line == ".":
        heard.read(10)
        return
    said = heard.readline()
    while line.startswith("…") and said not in (b".\r\n", b""):
        said = heard.readline()
    if answer := line.removeprefix("…"):
        connection.sendall(answer.encode() + b"\r\n")


def certificate(folder: Path) -> tuple[Path, Path]:
    """A throwaway certificate for 127.0.0.1, and its key."""
    cert, key = folder / "cert.pem", folder / "key.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    command += " -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    paths = ["-keyout", str(key), "-out", str(cert)]
    subprocess.run([*command.split(), *paths], check=True, capture_output=True)
    return cert, key
