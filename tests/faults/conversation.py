"""A connection of a server that does as it should, but for one verb, where it does what it is told.

It keeps to the state of RFC 5321 otherwise, refuses what comes out of order, and writes down every
letter that it accepted before it says so: the answer may be lost, the letter is not.
"""

import socket
import time
from collections.abc import Callable
from typing import NoReturn

from tests.faults.scripted import Deed, Scripted

# Seconds between two bytes of a drip.
DROP = 0.03


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
