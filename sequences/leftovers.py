"""What was left in a text by accident: blanks to fill in, and what word processors put there."""

import re
from collections.abc import Iterator
from itertools import islice

from sequences.findings import MOST_FINDINGS, Finding

BLANK = re.compile(r"\bTODO\b")

# As word processors write lists: two lines, one below the other.
BULLETS = re.compile(r"^ {0,3}[•▪◦‣●·∙][ \t].*\n {0,3}[•▪◦‣●·∙][ \t]", re.MULTILINE)

# Joiners and marks of direction are left alone: Persian, Hindi and emoji need them.
INVISIBLE = {
    "\u00ad": "soft hyphen",
    "\u200b": "space without width",
    "\u2060": "word joiner",
    "\ufeff": "byte-order mark",
}
LIGATURES = dict(zip("ﬀﬁﬂﬃﬄﬅﬆ", ("ff", "fi", "fl", "ffi", "ffl", "st", "st"), strict=True))


def leftovers(source: str, text: str) -> Iterator[Finding]:
    """Warnings, each with its line; of one kind of character the first."""
    yield from islice(_blanks(source, text), MOST_FINDINGS)
    if found := BULLETS.search(text):
        message = "This looks like a list, and its lines would run into one another."
        remedy = "Begin each line of it with a hyphen and a space."
        line = text.count("\n", 0, found.start()) + 1
        yield Finding(source, line, message, remedy, "warning")
    for char, name in INVISIBLE.items():
        if number := text.count(char):
            many = f"{number} {name}s here, which nobody sees" if number > 1 else f"a {name} here"
            message = f"There {'are' if number > 1 else 'is'} {many}."
            yield _warning(source, text, char, message, "Delete the word and type it again.")
    for char, letters in LIGATURES.items():
        if char in text:
            message = f"The letters {letters} are one character here, which not every font has."
            yield _warning(source, text, char, message, "Delete them and type them again.")


def _blanks(source: str, text: str) -> Iterator[Finding]:
    for number, line in enumerate(text.split("\n"), 1):
        note = source.endswith(".toml") and line.lstrip().startswith("#")
        if BLANK.search(line) and not note:
            message, remedy = "There is a TODO here.", "Write your own words in its place."
            yield Finding(source, number, message, remedy, "warning")


def _warning(source: str, text: str, char: str, message: str, remedy: str) -> Finding:
    line = text.count("\n", 0, text.index(char)) + 1
    return Finding(source, line, message, remedy, "warning")
