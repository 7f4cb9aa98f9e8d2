"""The keys that letters are signed with (DKIM), as the settings name them.

Each letter bears a seal of every key: one of RSA, which all servers know, and one of Ed25519 beside
it where somebody wants both.
"""

import re
from pathlib import Path

from emails.dkim import Seal

# A file's name may have spaces in it.
_BETWEEN = re.compile(r"\s+(?=[\w.-]+:)")


def seals(keys: str, domain: str) -> tuple[Seal, ...]:
    """`keys` is `selector:path`, or several of them parted by spaces. Empty: none.

    Raises `ValueError` for the first that can't be used; its words are for an operator.
    """
    return tuple(_seal(key, domain) for key in _split(keys))


def files(keys: str) -> list[Path]:
    """Those that are named."""
    return [Path(key.partition(":")[2]) for key in _split(keys)]


def _split(keys: str) -> list[str]:
    return [key for key in _BETWEEN.split(keys.strip()) if key]


def _seal(key: str, domain: str) -> Seal:
    selector, _, path = key.partition(":")
    if not path:
        raise ValueError(f"{key!r} names no file: it is selector:path.")
    try:
        return Seal.load(domain, selector, Path(path).read_bytes())
    except OSError as error:
        raise ValueError(f"{path} can't be read: {error.strerror}.") from error
