"""The pictures that a course names, `![An empty chair](pictures/chair.jpg)`: files in its folder.

Nothing is read here: what a name may be, and where below the folder its file may lie.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from posixpath import normpath
from urllib.parse import unquote

from markdown_it.token import Token

from sequences.findings import Finding

# Also `//example.org/a.jpg`, and a placeholder as `markup` has it.
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]+:|//|.*zq[a-z-]+qz", re.IGNORECASE)

OUTSIDE = "The picture is not in the course's folder."
ELSEWHERE = "The picture would be loaded from elsewhere."
REMEDY = "Put the file into the course's folder and name it: ![A chair](pictures/chair.jpg)."


@dataclass(frozen=True)
class Picture:
    """One by its `address`, as the author wrote it.

    Once it is encoded, `file` is its name among all published pictures, and it has so many pixels.
    """

    address: str
    file: str = ""
    width: int = 0
    height: int = 0


def wrong_picture(source: str, at: int, token: Token) -> Iterator[Finding]:
    """Findings in one of Markdown's pictures, without a look at its file."""
    if not token.content.strip():
        remedy = "Say in the square brackets what it shows: ![A kitchen table](…)."
        yield Finding(source, at, "The picture has no description.", remedy)
    if wrong := wrong_with(source, str(token.attrGet("src"))):
        yield Finding(source, at, wrong, REMEDY)
    if title := token.attrGet("title"):
        remedy = "Write them as a line below the picture."
        yield Finding(source, at, f"Nobody sees the words “{title}”.", remedy, "warning")


def no_picture(source: str, at: int, words: str) -> Finding:
    """What was meant for a picture and is not read as one."""
    name = words.partition("](")[2].removesuffix(")").strip()
    if _ELSEWHERE.match(name):
        return Finding(source, at, ELSEWHERE, REMEDY)
    remedy = "Write it as ![what it shows](pictures/chair.jpg)."
    if " " in name:
        remedy = f"Its name has a space. Call the file {'-'.join(name.split())}."
    return Finding(source, at, f"{words} is not read as a picture.", remedy)


def wrong_with(source: str, address: str) -> str | None:
    """Why a picture can't be named so in the file `source`; None where it can."""
    if _ELSEWHERE.match(address):
        return ELSEWHERE
    return None if places(source, address) else OUTSIDE


def places(source: str, address: str) -> list[str]:
    """Where below the course's folder it may lie: beside `source`, or as seen from the folder.

    None where both would be outside of it.
    """
    return list(dict.fromkeys(_places(source, unquote(address))))


def _places(source: str, name: str) -> Iterator[str]:
    for below in (PurePosixPath(source).parent, PurePosixPath()):
        place = normpath(below / name)
        if name.strip() and not place.startswith((".", "/")) and "\0" not in place:
            yield place
