"""A picture as it is sent, how large it may be, and why one can't be sent at all.

How it is made of a file is in `picture_encoding`.
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property

LARGEST_FILE = 20_000_000  # bytes of an author's file

ENDINGS = {"jpeg": "jpg", "png": "png"}

# What is wrong, and the remedy.
SMALLER = "Save it smaller: 1,200 pixels are wide enough."
TOO_LARGE = f"The picture has more than {LARGEST_FILE // 1_000_000} MB.", SMALLER


class NoPicture(Exception):
    """`message` says why a file can't be shown, and `remedy` what to do."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy


@dataclass(frozen=True)
class Box:
    """The most pixels that a picture is sent with: twice those that it is shown with."""

    width: int
    height: int


COLUMN = Box(2 * 552, 2400)
LOGO = Box(2 * 200, 2 * 64)
PORTRAIT = Box(2 * 96, 2 * 96)


@dataclass(frozen=True)
class Encoded:
    """A picture as it is sent. `moves`: the file had more than this one, its first."""

    data: bytes
    type: str  # "jpeg" or "png"
    width: int
    height: int
    moves: bool = False

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.data).hexdigest()[:32]

    @property
    def file(self) -> str:
        """Its name among all published pictures says what is in it."""
        return f"{self.digest}.{ENDINGS[self.type]}"
