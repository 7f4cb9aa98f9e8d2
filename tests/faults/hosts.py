"""Hosts of our own: network namespaces, each with a line to the database and one for its mail.

    here (PostgreSQL, Redis, the mail server)
    10.77.N.1 ───── database line ───── 10.77.N.2
    10.78.N.1 ─────── mail line ─────── 10.78.N.2      host N, with a disk of its own

A line that is cut carries nothing and says nothing: no connection is refused or reset, all hang.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from tests.support.environment import ROOT

Line = Literal["database", "mail"]
NETWORKS: dict[Line, int] = {"database": 77, "mail": 78}


@dataclass(frozen=True)
class Host:
    number: int
    state: Path

    @property
    def name(self) -> str:
        return f"lp{os.getpid()}h{self.number}"

    def centre(self, line: Line) -> str:
        """The address that everything central has, seen from this host."""
        return f"10.{NETWORKS[line]}.{self.number}.1"

    def cut(self, *lines: Line) -> None:
        for line in lines:
            _ip("link", "set", self._end(line), "down")

    def mend(self, *lines: Line) -> None:
        for line in lines:
            _ip("link", "set", self._end(line), "up")

    @contextmanager
    def worker(self, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
        """`python worker.py` on this host: a worker, and a clock."""
        with (self.state / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                ["ip", "netns", "exec", self.name, sys.executable, "worker.py"],
                cwd=ROOT,
                env={**environment, "LETTERPATH_STATE": str(self.state)},
                stdout=log,
                stderr=log,
            )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _end(self, line: Line) -> str:
        return f"{line[0]}{self.number}p{os.getpid()}"

    def _open(self) -> None:
        _ip("netns", "add", self.name)
        _ip("-n", self.name, "link", "set", "lo", "up")
        for line in NETWORKS:
            here, there = self._end(line), f"{line}0"
            _ip("link", "add", here, "type", "veth", "peer", "name", there, "netns", self.name)
            _ip("address", "add", f"{self.centre(line)}/24", "dev", here)
            _ip("link", "set", here, "up")
            inside = self.centre(line).removesuffix("1") + "2"
            _ip("-n", self.name, "address", "add", f"{inside}/24", "dev", there)
            _ip("-n", self.name, "link", "set", there, "up")

    def _close(self) -> None:
        subprocess.run(["ip", "netns", "delete", self.name], check=False, capture_output=True)


@contextmanager
def hosts(folder: Path, count: int) -> Iterator[list[Host]]:
    """Skips, by name, where no namespace can be made."""
    made = [Host(number, folder / f"host{number}") for number in range(1, count + 1)]
    with ExitStack() as stack:
        for host in made:
            host.state.mkdir()
            stack.callback(host._close)
            try:
                host._open()
            except (OSError, subprocess.CalledProcessError) as error:
                pytest.skip(f"no network namespaces here: {error}")
        yield made


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
