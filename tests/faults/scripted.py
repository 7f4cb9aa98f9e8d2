"""The script of a mail server: at which verb it misbehaves, how, and what it has accepted."""

import re
import socket
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum

VERBS = ("greeting", "EHLO", "MAIL", "RCPT", "DATA", "body", "dot", "BDAT", "RSET", "QUIT")

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
