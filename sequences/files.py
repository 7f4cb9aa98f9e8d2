"""The files of a course, written by somebody who is trusted less than who runs the machine.

Only regular files inside the course's folder are read, and no more of them than a course can need.
Every part of a path is opened by itself, from the folder on, and no symbolic link is followed: what
was looked at is what is read, whatever is moved meanwhile.
"""

import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path, PurePosixPath

LARGEST_FILE = 1_000_000  # bytes; a long lesson has 4,000
MOST_FILES = 400  # files in one folder

MANIFEST_FILE, NEWSLETTER_FILE = "sequence.toml", "newsletter.toml"

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC

# Word processors leave these behind. Python would end a line there, and no editor counts it.
_NO_LINE_ENDS = dict.fromkeys(map(ord, "\v\f\x1c\x1d\x1e\x85\u2028\u2029"), " ")
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")


class Unreadable(Exception):
    """`message` says what is wrong, on which line (from 1), and `remedy` what to do."""

    def __init__(self, message: str, remedy: str, line: int = 1) -> None:
        super().__init__(message)
        self.message, self.remedy, self.line = message, remedy, line


class TooLarge(Unreadable):
    """It has more bytes than it may have."""


class Missing(Unreadable):
    """There is no such file, or no such folder on the way to it."""


# What is wrong, and the remedy.
MISSING = "The file is missing.", "Write it in the course's folder."
LINK = "It is a symbolic link, and none is followed.", "Put the file or the folder itself here."
NO_FILE = "It is no ordinary file.", "Put a text file here, or take it away."
NO_FOLDER = "It is no folder.", "Make it a folder, or take it away."
TOO_MANY = f"There are more than {MOST_FILES} files in it.", "Take some of them away."
TOO_LARGE = f"The file has more than {LARGEST_FILE:,} bytes.", "Cut it: a letter is a page or two."
NO_UTF_8 = "The file is not plain text.", "Save it as text, in UTF-8."
NO_TEXT = "A character here is no text.", "Delete the line and type it again."


def courses(*roots: Path) -> list[Path]:
    """Every folder right below one of `roots` that holds a course, or may hold one.

    Of several with one name it is the first, as with commands on a PATH.
    """
    return [path for path in _folders(roots) if _may_hold(path, MANIFEST_FILE)]


def newsletters(*roots: Path) -> list[Path]:
    """Every folder right below one of `roots` that holds a newsletter, likewise."""
    return [path for path in _folders(roots) if is_newsletter(path)]


def is_newsletter(path: Path) -> bool:
    return exists(path, NEWSLETTER_FILE) and not exists(path, MANIFEST_FILE)


def read(root: Path, source: str) -> str:
    """The text of a file below `root`, its lines parted by "\\n". Raises `Unreadable`."""
    return _text(read_bytes(root, source, LARGEST_FILE))


def read_bytes(root: Path, source: str, most: int) -> bytes:
    """What stands in a file below `root`. Raises `Unreadable`, and `TooLarge` beyond `most`."""
    *above, name = source.split("/")
    with _saying_why(), _opened(root, *above) as folder:
        return _bytes(name, folder, most)


def names(root: Path, below: str) -> list[str]:
    """What stands in a folder below `root`, in order; nothing where there is none.

    Without what is hidden, as what a Mac leaves beside a file. Raises `Unreadable`.
    """
    parts = PurePosixPath(below).parts
    try:
        with _saying_why(), _opened(root, *parts) as folder, os.scandir(folder) as entries:
            found = [entry.name for entry in islice(_visible(entries), MOST_FILES + 1)]
    except Missing:
        return []
    if len(found) > MOST_FILES:
        raise Unreadable(*TOO_MANY)
    return sorted(found)


def is_folder(root: Path, source: str) -> bool:
    """A link to one is none."""
    try:
        return stat.S_ISDIR((root / source).lstat().st_mode)
    except OSError:
        return False


def exists(root: Path, name: str) -> bool:
    """There is something of that name, whatever it is."""
    return os.path.lexists(root / name)


def _folders(roots: Iterable[Path]) -> list[Path]:
    """Of courses and newsletters, by name: it is the address of either."""
    found: dict[str, Path] = {}
    for path in (root / name for root in roots for name in _names(root)):
        if _may_hold(path, MANIFEST_FILE) or is_newsletter(path):
            found.setdefault(path.name, path)
    return [found[name] for name in sorted(found)]


def _names(root: Path) -> list[str]:
    try:
        with os.scandir(root) as entries:
            return [entry.name for entry in _visible(entries)]
    except OSError:
        return []


def _may_hold(path: Path, manifest: str) -> bool:
    try:
        (path / manifest).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:  # it can't even be looked into: that is said when it is read
        return True
    return True


def _visible(entries: Iterator[os.DirEntry[str]]) -> Iterator[os.DirEntry[str]]:
    return (entry for entry in entries if not entry.name.startswith("."))


@contextmanager
def _saying_why() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise Missing(*MISSING) from error
    except (OSError, ValueError) as error:
        words = (getattr(error, "strerror", None) or "not a name").lower()
        remedy = "Look at its name and at who may read it."
        raise Unreadable(f"It can't be opened: {words}.", remedy) from error


@contextmanager
def _opened(root: Path, *parts: str) -> Iterator[int]:
    """The folder at the end of these parts, as a descriptor."""
    folder = _open_folder(root)
    try:
        for part in parts:
            folder, above = _open_folder(part, folder), folder
            os.close(above)
        yield folder
    finally:
        os.close(folder)


def _open_folder(path: str | Path, above: int | None = None) -> int:
    mode = os.stat(path, dir_fd=above, follow_symlinks=False).st_mode
    if stat.S_ISLNK(mode):
        raise Unreadable(*LINK)
    if not stat.S_ISDIR(mode):
        raise Unreadable(*NO_FOLDER)
    return os.open(path, _FOLDER, dir_fd=above)


def _bytes(name: str, folder: int, most: int) -> bytes:
    """A device is not even opened: that alone may do something."""
    _refuse(os.stat(name, dir_fd=folder, follow_symlinks=False), most)
    with open(os.open(name, _FILE, dir_fd=folder), "rb") as file:  # noqa: PTH123
        _refuse(os.fstat(file.fileno()), most)
        data = file.read(most + 1)
    if len(data) > most:
        raise TooLarge(*TOO_LARGE)
    return data


def _refuse(found: os.stat_result, most: int) -> None:
    if stat.S_ISLNK(found.st_mode):
        raise Unreadable(*LINK)
    if not stat.S_ISREG(found.st_mode):
        raise Unreadable(*NO_FILE)
    if found.st_size > most:
        raise TooLarge(*TOO_LARGE)


def _text(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(*NO_UTF_8, line) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_NO_LINE_ENDS)
    if found := _NO_TEXT.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise Unreadable(*NO_TEXT, line)
    return text
