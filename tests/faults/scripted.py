"""A mail server that does as it should, but for one verb, where it does what it is told.

It keeps to the state of RFC 5321 otherwise, refuses what comes out of order, and writes down every
letter that it accepted before it says so: the answer may be lost, the letter is not.
"""

import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from typing import NoReturn

VERBS = ("greeting", "EHLO", "MAIL", "RCPT", "DATA", "body", "dot", "BDAT", "RSET", "QUIT")

# Seconds between two bytes of a drip.
DROP = 0.03

_ID = re.compile(rb"^Message-ID: <(\d+)@", re.MULTILINE)


class Deed(Enum):
    LATER = "4xx"
    NEVER = "5xx"
    GOODBYE = "421 and hanging up"
    GARBAGE = "garbage"
    TWICE = "the answer twice"
    NOTHING = "no answer"
    CUT = "hanging up"
    SEVERAL_LINES = "several lines"
    TWO_PACKETS = "two packets"
    DRIP = "a byte at a time"
    FLOOD = "8 MB of text"


HARMLESS = frozenset({Deed.SEVERAL_LINES, Deed.TWO_PACKETS})


@dataclass
class Scripted:
    """`deed` is done at `verb`, the first `times` times after `after` proper answers.

    `sayings`: by verb, what it says there in place of its own answer, be it a yes or a no.
    `accepted`: the ids of letters in the order of their acceptance, doubles and all.
    `complaints`: what a client must not do, and did.
    """

    verb: str = ""
    deed: Deed = Deed.LATER
    after: int = 0
    times: int = 1_000_000
    extensions: tuple[str, ...] = ()
    connections: int = 0
    most_connections: int = 1_000
    letters_each: int = 1_000
    accepted: list[int] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    commands: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)
    sayings: dict[str, str] = field(default_factory=dict)
    sockets: list[socket.socket] = field(default_factory=list)

    def is_at(self, verb: str) -> bool:
        """True where the next time is one for the deed; a time that is none is counted."""
        with self.lock:
            due = verb == self.verb and self.after <= self.commands[verb] < self.after + self.times
            self.commands[verb] += not due
        return due

    def deed_at(self, verb: str) -> Deed | None:
        with self.lock:
            self.commands[verb] += 1
            done = self.commands[verb] - self.after
        return self.deed if verb == self.verb and 0 < done <= self.times else None

    def hang_up(self) -> None:
        """On everybody, without a word."""
        for sock in self.sockets.copy():
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def accept(self, letter: bytes) -> None:
        found = _ID.search(letter)
        with self.lock:
            self.accepted.append(int(found[1]) if found else -1)


class HangUp(Exception):
    """The end of a connection."""


class Conversation:
    """One connection, seen from the server."""

    def __init__(self, script: Scripted, sock: socket.socket) -> None:
        self.script = script
        self.sock = sock
        self.heard = b""
        self.has_sender = self.has_recipient = False
        self.letters = 0

    def run(self) -> None:
        self.answer("greeting", "220 scripted ESMTP")
        while True:
            line = self.line()
            verb = line[:4].upper().decode("ascii", "replace")
            self.check_turn(verb)
            if self.letters >= self.script.letters_each and verb != "QUIT":
                self.say("421 4.7.0 that is enough for one connection")
                raise HangUp
            speak = getattr(self, f"on_{verb.lower()}", None)
            speak(line) if speak else self.say("500 5.5.2 unknown")

    def check_turn(self, verb: str) -> None:
        """Without PIPELINING nothing may follow a command before its answer (but a chunk)."""
        if self.heard and verb != "BDAT" and "PIPELINING" not in self.script.extensions:
            self.script.complaints.append(f"{verb} and more at once: {self.heard[:40]!r}")

    def on_ehlo(self, _line: bytes) -> None:
        lines = ["scripted", *self.script.extensions]
        text = "\r\n".join(f"250-{line}" for line in lines[:-1])
        self.answer("EHLO", f"{text}\r\n250 {lines[-1]}".removeprefix("\r\n"))

    def on_helo(self, _line: bytes) -> None:
        self.say("250 scripted")

    def on_auth(self, _line: bytes) -> None:
        self.answer("AUTH", "235 2.7.0 welcome")

    def on_mail(self, _line: bytes) -> None:
        if self.has_sender:
            self.say("503 5.5.1 nested MAIL")
        else:
            self.has_sender = self.answer("MAIL", "250 2.1.0 sender fine")

    def on_rcpt(self, line: bytes) -> None:
        if not self.has_sender:
            self.say("503 5.5.1 MAIL first")
        elif b"nobody@" in line:
            self.say("550 5.1.1 nobody of that name")
        else:
            self.has_recipient |= self.answer("RCPT", "250 2.1.5 recipient fine")

    def on_data(self, _line: bytes) -> None:
        if not self.has_recipient:
            self.say("554 5.5.1 no valid recipients")
        elif self.answer("DATA", "354 go on"):
            self.body()

    def body(self) -> None:
        """What was said in the middle of it stands: then the dot is not answered any more."""
        if self.script.is_at("body"):
            self.more()
            self.judge("body", self.heard)
            self.until_dot()
        else:
            self.judge("dot", self.until_dot())
        self.forget()

    def on_bdat(self, line: bytes) -> None:
        size = int(line.split()[1])
        while len(self.heard) < size:
            self.more()
        letter, self.heard = self.heard[:size], self.heard[size:]
        if not self.has_recipient:
            self.say("503 5.5.1 RCPT first")
            return
        # A chunk that was refused leaves its transaction open, until RSET.
        if self.judge("BDAT", letter):
            self.forget()

    def on_rset(self, _line: bytes) -> None:
        if self.answer("RSET", "250 2.0.0 forgotten"):
            self.forget()

    def on_quit(self, _line: bytes) -> None:
        self.answer("QUIT", "221 2.0.0 bye")
        raise HangUp

    def judge(self, verb: str, letter: bytes) -> bool:
        """Accepted unless refused: where the answer is lost or nonsense, it has the letter."""
        self.letters += 1
        return self.answer(verb, "250 2.0.0 queued", lambda: self.script.accept(letter))

    def forget(self) -> None:
        self.has_sender = self.has_recipient = False

    # Speaking

    def answer(self, verb: str, text: str, before: Callable[[], None] = lambda: None) -> bool:
        """False where it refused."""
        text = self.script.sayings.get(verb, text)
        deed = self.script.deed_at(verb)
        if text[:1] in "45":
            self.say(text)
            return False
        if deed not in (Deed.LATER, Deed.NEVER, Deed.GOODBYE):
            before()
        if deed is None:
            self.say(text)
            return True
        return self.do(deed, text)

    def do(self, deed: Deed, text: str) -> bool:
        if deed in (Deed.LATER, Deed.NEVER):
            self.say("451 4.3.0 not now" if deed is Deed.LATER else "550 5.7.1 never")
            return False
        getattr(self, f"do_{deed.name.lower()}")(text)
        return True

    def do_goodbye(self, _text: str) -> NoReturn:
        self.say("421 4.3.2 going home")
        raise HangUp

    def do_garbage(self, _text: str) -> None:
        self.say("what was that?")

    def do_twice(self, text: str) -> None:
        self.say(f"{text}\r\n{text}")

    def do_nothing(self, _text: str) -> NoReturn:
        while self.sock.recv(65_536):
            pass
        raise HangUp

    def do_cut(self, _text: str) -> NoReturn:
        raise HangUp

    def do_several_lines(self, text: str) -> None:
        self.say(f"{text[:3]}-first\r\n{text[:3]}-\r\n{text}")

    def do_two_packets(self, text: str) -> None:
        self.sock.sendall(text[:2].encode())
        time.sleep(0.02)
        self.say(text[2:])

    def do_drip(self, text: str) -> None:
        for byte in f"{text}\r\n".encode():
            self.sock.sendall(bytes([byte]))
            time.sleep(DROP)

    def do_flood(self, text: str) -> None:
        for _ in range(1_000):
            self.sock.sendall((f"{text[:3]}-" + "x" * 1_018 + "\r\n").encode() * 8)
        self.say(text)

    def say(self, text: str) -> None:
        self.sock.sendall(text.encode() + b"\r\n")

    # Listening

    def line(self) -> bytes:
        while b"\r\n" not in self.heard:
            self.more()
        line, _, self.heard = self.heard.partition(b"\r\n")
        return line

    def until_dot(self) -> bytes:
        while b"\r\n.\r\n" not in b"\r\n" + self.heard:
            self.more()
        letter, _, self.heard = (b"\r\n" + self.heard).partition(b"\r\n.\r\n")
        return letter[2:]

    def more(self) -> None:
        data = self.sock.recv(65_536)
        if not data:
            raise HangUp
        self.heard += data


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
