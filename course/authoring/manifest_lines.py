"""On which line of a folder's manifest a part or a key stands, for what is found out later."""

from pathlib import Path

from sequences import files
from sequences.files import Unreadable
from sequences.toml_source import key_lines


def manifest_lines(folder: Path, manifest: str) -> dict[str, int]:
    """From 1, by `brand` and `brand.accent`; empty where the file can't be read (any more)."""
    try:
        return key_lines(files.read(folder, manifest))
    except Unreadable:
        return {}
