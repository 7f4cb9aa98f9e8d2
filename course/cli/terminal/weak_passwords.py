"""Which passwords are too easily guessed for the overview: NIST SP 800-63B, 3.1.1.2."""

import re
from collections.abc import Collection
from email.utils import parseaddr
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from course.config.settings import Settings

# A form's field takes no more: with a longer one nobody could sign in.
SHORTEST, MAX_LENGTH = 10, 1024

COMMON = Path(__file__).parent / "common_passwords.txt"

# What is left of a password without the words that anybody would try first has to be this long.
LEAST_OF_ITS_OWN = 6

_WORD = re.compile(r"[^\W\d_]{3,}")
_EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")


def wrong(password: str, context: Collection[str] = ()) -> str | None:
    """Why it is refused, as the rest of a sentence; none where it may be used.

    `context`: words that this installation is known by.
    """
    folded = password.casefold()
    if len(password) < SHORTEST:
        return f"at least {SHORTEST} characters, please."
    if len(password) > MAX_LENGTH:
        return f"at most {MAX_LENGTH} characters, please: the sign-in form takes no more."
    if len(set(folded)) < 4:
        return "it has too few different characters."
    if folded in _common() or _EDGES.sub("", folded) in _common():
        return "it is one of the most common passwords. Three words that nobody expects do better."
    if len(_without(folded, context)) < LEAST_OF_ITS_OWN:
        return "it is little more than the name of this product, this site or its sender."
    return None


def context_of(settings: Settings) -> set[str]:
    """The product, the site, the sender and the courses."""
    name, address = parseaddr(settings.mail_from)
    host = urlsplit(settings.base_url).hostname or ""
    courses = [folder.name for root in settings.course_roots for folder in root.glob("*/")]
    words = _WORD.findall(" ".join((name, address, host, *courses)).casefold())
    return {"letterpath", "password", "admin", *words}


def _without(folded: str, context: Collection[str]) -> str:
    """What is left, without punctuation."""
    for word in sorted(context, key=len, reverse=True):
        folded = folded.replace(word, "")
    return re.sub(r"[\W_]+", "", folded)


@cache
def _common() -> frozenset[str]:
    lines = COMMON.read_text("utf-8").splitlines()
    return frozenset(line.casefold() for line in lines if not line.startswith("#"))
