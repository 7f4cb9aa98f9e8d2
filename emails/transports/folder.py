"""A transport that writes each message to a file: the development mailbox."""

import fcntl
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from emails.errors import Deferred, Withheld
from emails.transports.transport import MaySend, Outgoing, Receipt, Results, always

_NAME = re.compile(r"(\d{6,})-\d+\.eml")


@dataclass
class FolderTransport:
    """Files are named `NNNNNN-<id>.eml`, in the order of writing; any number of writers."""

    folder: Path

    def deliver(self, batch: Iterable[Outgoing], may_send: MaySend = always) -> Results:
        for outgoing in batch:
            if not may_send(outgoing.id):
                yield outgoing.id, Withheld()
                continue
            try:
                yield outgoing.id, Receipt(f"written to {self._write(outgoing).name}")
            except OSError as error:
                yield outgoing.id, self._deferred(error)

    def check(self) -> None:
        """Raises `Deferred` where the folder can't be written to."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder):
                pass
        except OSError as error:
            raise self._deferred(error) from error

    def close(self) -> None:
        """Nothing is kept open."""

    def _write(self, outgoing: Outgoing) -> Path:
        """Complete or not there at all: written aside, then renamed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with _locked(self.folder):
            newest = next(iter(messages(self.folder)), None)
            number = _number(newest) + 1 if newest else 1
            path = self.folder / f"{number:06}-{outgoing.id}.eml"
            aside = path.with_suffix(".tmp")
            aside.write_bytes(outgoing.data)
            return aside.rename(path)

    def _deferred(self, error: OSError) -> Deferred:
        return Deferred(None, f"can't write to {self.folder}: {error.strerror}")


def messages(folder: Path) -> list[Path]:
    """Every message in the folder, the newest first; none where there is no folder."""
    if not folder.is_dir():
        return []
    found = (path for path in folder.iterdir() if _NAME.fullmatch(path.name))
    return sorted(found, key=_number, reverse=True)


def _number(path: Path) -> int:
    return int(path.name.partition("-")[0])


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One writer at a time, across processes: the numbers tell the order."""
    with (folder / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
