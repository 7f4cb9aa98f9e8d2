"""A mail server in a process of its own that writes down what it took.

A letter's Message-ID is in the log before the answer leaves, which takes `slow` seconds. `kill`, a
MOMENT:N, makes it a murderer: at the N-th such moment it kills the process whose number is in the
victim's file, by `kill -9`. The moments: mail, rcpt, data, half (of a letter), end (the whole
letter is here, unanswered), after (it is answered).
"""

import os
import re
import signal
import socketserver
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

MESSAGE_ID = re.compile(rb"^Message-ID: *(<[^>]+>)", re.IGNORECASE | re.MULTILINE)


class Recipient(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self, address: tuple[str, int], log: Path, slow: float, kill: str, victim: Path
    ) -> None:
        super().__init__(address, Talk)
        self.log = os.open(log, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        self.slow = slow
        self.moment, _, number = kill.partition(":")
        self.number, self.victim = int(number or 0), victim
        self.seen: Counter[str] = Counter()
        self.lock = threading.Lock()

    def reach(self, moment: str) -> None:
        """A moment at which somebody may have to die; once only."""
        with self.lock:
            self.seen[moment] += 1
            if moment == self.moment and self.seen[moment] == self.number:
                with suppress(ProcessLookupError):
                    os.kill(int(self.victim.read_text()), signal.SIGKILL)


class Talk(socketserver.StreamRequestHandler):
    server: Recipient

    def handle(self) -> None:
        with suppress(OSError):
            self.say("220 recipient")
            while line := self.rfile.readline():
                verb = line[:4].upper()
                if verb == b"EHLO":
                    self.say("250-recipient\r\n250-PIPELINING\r\n250 8BITMIME")
                elif verb == b"DATA":
                    self.take()
                elif verb == b"QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.server.reach(verb.decode().lower())
                    self.say("250 2.0.0 fine")

    def take(self) -> None:
        self.server.reach("data")
        self.say("354 go on")
        letter = bytearray()
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            if len(letter) < 4096 <= len(letter) + len(line):
                self.server.reach("half")
            letter += line
        if not line:
            return
        self.server.reach("end")
        found = MESSAGE_ID.search(bytes(letter))
        os.write(self.server.log, (found[1] if found else b"?") + b"\n")
        time.sleep(self.server.slow)
        self.say("250 2.0.0 taken")
        self.server.reach("after")

    def say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")


def serve(address: tuple[str, int], log: Path, slow: float, kill: str, victim: Path) -> None:
    Recipient(address, log, slow, kill, victim).serve_forever()
