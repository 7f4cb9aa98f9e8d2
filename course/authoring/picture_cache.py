"""Encoded pictures, kept on disk by what was in their files: a second lint takes no time.

    pictures/<digest of the file, the box and the papers>.<width>.<height>.<moves>.jpeg

Whatever goes wrong with the folder, the picture is encoded once more.
"""

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from course.authoring.pictures import Box, Encoded

MOST_KEPT = 1_000  # the oldest go first

# Another one when the same file is encoded otherwise.
VERSION = 1


class PictureCache:
    """`folder` is made when it is needed, but not what it stands in: who only lints has no state.

    Without one, nothing is kept.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def encoded(self, data: bytes, box: Box, papers: tuple[str, str]) -> Encoded:
        """As `picture_encoding.encode`. Raises `NoPicture`."""
        # It takes 22 MB, and few processes ever look into a picture.
        from course.authoring.picture_encoding import encode

        if self._folder is None:
            return encode(data, box, papers)
        parts = (VERSION, box.width, box.height, *papers)
        key = hashlib.sha256(repr(parts).encode() + data).hexdigest()
        return self._kept(self._folder, key, lambda: encode(data, box, papers))

    def _kept(self, folder: Path, key: str, make: Callable[[], Encoded]) -> Encoded:
        with suppress(OSError, ValueError, StopIteration):
            return _read(next(folder.glob(f"{key}.*")))
        made = make()
        with suppress(OSError):
            _keep(folder, key, made)
        return made


def _keep(folder: Path, key: str, made: Encoded) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    half = folder / f"{token_hex(8)}.half"
    half.write_bytes(made.data)
    half.replace(folder / f"{key}.{made.width}.{made.height}.{int(made.moves)}.{made.type}")
    for old in sorted(folder.iterdir(), key=os.path.getmtime)[:-MOST_KEPT]:
        old.unlink(missing_ok=True)


def _read(path: Path) -> Encoded:
    _, width, height, moves, kind = path.name.split(".")
    return Encoded(path.read_bytes(), kind, int(width), int(height), moves == "1")
