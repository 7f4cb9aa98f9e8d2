"""The keys that letters are signed with (DKIM), as the settings name them.

Each letter is signed with every key: one of RSA, which all servers know, and one of Ed25519 beside
it where somebody wants both.
"""

import re
from pathlib import Path

from emails.message.dkim import DkimSigner

# A file's name may have spaces in it.
_BETWEEN = re.compile(r"\s+(?=[\w.-]+:)")
_SELECTOR = re.compile(r"[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")

LARGEST_KEY = 64 * 1024

# Shorter than any key.
LONGEST_SHOWN = 20


def signers(keys: str, domain: str) -> tuple[DkimSigner, ...]:
    """`keys` is `selector:path`, or several of them parted by spaces. Empty: none.

    Raises `ValueError` for the first that can't be used; its words are for an operator, and repeat
    nothing that could be a key: somebody may have put it there itself.
    """
    named = enumerate(_split(keys), 1)
    return tuple(_signer(key, domain, f"number {number}") for number, key in named)


def files(keys: str) -> list[Path]:
    """Those that are named."""
    return [Path(key.partition(":")[2]) for key in _split(keys)]


def _split(keys: str) -> list[str]:
    return [key for key in _BETWEEN.split(keys.strip()) if key]


def _signer(key: str, domain: str, which: str) -> DkimSigner:
    selector, _, path = key.partition(":")
    if not path:
        said = repr(key) if len(key) <= LONGEST_SHOWN else which
        raise ValueError(f"{said} names no file: it is selector:path.")
    if not _SELECTOR.fullmatch(selector):
        raise ValueError(f"Not a selector for DKIM, before the colon of {which}: letters1, say.")
    try:
        return DkimSigner.load(domain, selector, _read(Path(path)))
    except (OSError, TypeError) as error:
        # A key in PEM never begins with a slash.
        said = path if path.startswith("/") else f"The file of {which}"
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise ValueError(f"{said} can't be read: {reason}.") from error


def _read(path: Path) -> bytes:
    """No more than a key has, and nothing of a device or a pipe."""
    if path.exists() and not path.is_file():
        raise IsADirectoryError(0, "It is no file")
    with path.open("rb") as file:
        return file.read(LARGEST_KEY)
