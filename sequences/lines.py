"""Texts of one line: titles, subjects, names. Many of them stand in the header of a letter."""

import unicodedata
from collections.abc import Iterator

from sequences.findings import Finding

# Embeddings, overrides and isolates turn the rest of a line around, ours included.
_TURNS = {*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}

_NO_HEADER = {"Cc", "Cs", "Zl", "Zp"}  # controls, halves of a character, ends of a line

OPENERS = ("{{", "{%", "{#")


def wrong_line(source: str, line: int, name: str, text: str, longest: int) -> Iterator[Finding]:
    """What `text`, called `name`, can't be on one line."""
    if len(text) > longest:
        message = f"{name} has {len(text):,} characters, and {longest:,} are the most."
        yield Finding(source, line, message, "Shorten it.")
    for char in text[:longest]:
        if unicodedata.category(char) in _NO_HEADER or char in _TURNS:
            message = f"{name} has a character that no line can hold: U+{ord(char):04X}."
            remedy = "Type it again on one line, without tabs."
            yield Finding(source, line, message, remedy)
            return


def with_placeholder(source: str, line: int, name: str, text: str) -> Iterator[Finding]:
    """Where nothing is filled in, braces would be read as they stand."""
    if any(opener in text for opener in OPENERS):
        message = f"{name} has no placeholders: it is the same for everybody."
        yield Finding(source, line, message, "Take the double braces out.")
