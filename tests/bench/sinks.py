"""Mail servers that throw every letter away, and say how many there were."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.contest import Failed
from tests.bench.measure import Hall, Missing
from tests.bench.running import compiled, last_line, running
from tests.support.servers import free_port, wait_for_port

POSTFIX = "is a part of Postfix, which is not installed; on Debian: apt install postfix"


@dataclass(frozen=True)
class Sink:
    """`total` stops it and tells how many letters it took."""

    port: int
    total: Callable[[], int]


OpenSink = Callable[[Path], AbstractContextManager[Sink]]


def fast_sink(hall: Hall) -> OpenSink:
    """Our own: see fastsink.c. Raises `Missing`."""
    program = compiled("fastsink", hall.installed / "bin")

    @contextmanager
    def open_(folder: Path) -> Iterator[Sink]:
        port = free_port()
        with _listening([str(program), str(port)], port, folder, r"(\d+) messages") as sink:
            yield sink

    return open_


def smtp_sink(hall: Hall) -> OpenSink:  # noqa: ARG001
    """Postfix's. Raises `Missing`."""
    program = postfix("smtp-sink")
    # It refuses to be root.
    user = ["-u", "nobody"] if os.geteuid() == 0 else []

    @contextmanager
    def open_(folder: Path) -> Iterator[Sink]:
        port = free_port()
        command = [program, *user, "-c", f"127.0.0.1:{port}", "1000"]
        with _listening(command, port, folder, r"mesg=(\d+)") as sink:
            yield sink

    return open_


def postfix(name: str) -> str:
    """The path of one of its programs, in sbin or on the path. Raises `Missing`."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if not found:
        raise Missing(f"{name} {POSTFIX}")
    return found


@contextmanager
def _listening(command: list[str], port: int, folder: Path, count: str) -> Iterator[Sink]:
    output = folder / "sink.txt"
    with running(command, output) as process:
        try:
            wait_for_port(port)
        except TimeoutError as error:
            raise Failed(f"the sink did not start: {last_line(output.read_text())}") from error
        yield Sink(port, lambda: _total(process, output, count))


def _total(process: subprocess.Popen[bytes], output: Path, count: str) -> int:
    """The last count that it printed."""
    process.terminate()
    process.wait(timeout=10)
    counts = re.findall(count, output.read_text(errors="replace"))
    return int(counts[-1]) if counts else 0
