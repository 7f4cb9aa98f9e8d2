"""The TOML text of a manifest: its tables, and the line on which each key stands."""

import re
import tomllib
from typing import Any

from sequences import toml_mistakes
from sequences.findings import Finding

LONGEST_MANIFEST = 50_000  # characters

# In one line: a key of so many parts takes the square of them to be read.
MOST_DOTS = 500

POSITION = re.compile(r"at line (\d+)")
PART = re.compile(r"\s*\[([\w-]+)\]")
KEY = re.compile(r"\s*([\w-]+)\s*=")


def parsed(source: str, text: str, findings: list[Finding]) -> dict[str, Any] | None:
    """None where it can't be read, for a reason that is added to `findings`."""
    if len(text) > LONGEST_MANIFEST:
        message = f"The plan has {len(text):,} characters, and {LONGEST_MANIFEST:,} are the most."
        findings.append(Finding(source, 1, message, "Long texts stand in landing.md."))
        return None
    if any(line.count(".") > MOST_DOTS for line in text.splitlines()):
        findings.append(Finding(source, 1, "A line is too long to be read.", "Break it."))
        return None
    try:
        return tomllib.loads(text)
    except RecursionError:
        message = "Brackets stand too deep inside each other."
        findings.append(Finding(source, 1, message, "Take them out: a list of names has one pair."))
        return None
    except ValueError as error:  # a number that is too long, too
        found = POSITION.search(str(error))
        line = int(found[1]) if found else len(text.splitlines())
        findings.append(Finding(source, *toml_mistakes.explained(text, line, str(error))))
        return None


def key_lines(text: str) -> dict[str, int]:
    """Where each part and each key stands, counted from 1: `schedule`, `schedule.day`."""
    found: dict[str, int] = {}
    part = ""
    for number, line in enumerate(text.splitlines(), 1):
        if opening := PART.match(line):
            part = opening[1]
            found.setdefault(part, number)
        elif key := KEY.match(line):
            found.setdefault(f"{part}.{key[1]}" if part else key[1], number)
    return found
