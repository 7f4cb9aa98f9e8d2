"""Reading the parts of a manifest: what is wrong is noted, and a default takes its place."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from sequences.findings import MOST_FINDINGS, Finding, did_you_mean, meant
from sequences.lines import with_placeholder, wrong_line
from sequences.pictures import OUTSIDE, Picture, wrong_with

COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")

LONGEST_TEXT = 2_000

T = TypeVar("T")

# By part, the keys that it may have; none: whatever the author calls them.
KnownKeys = Mapping[str, tuple[str, ...]]


@dataclass
class TomlTables:
    """The parts of one file. `lines` says on which line each part and key stands, from 1."""

    source: str
    tables: dict[str, Any]
    lines: dict[str, int]
    findings: list[Finding]

    def refuse_unknown(self, known: KnownKeys) -> None:
        """What is misspelt is also taken as it was meant, so that it is not called missing."""
        for part, table in islice([*self.tables.items()], MOST_FINDINGS):
            if part not in known or not isinstance(table, dict):
                remedy = did_you_mean(part, known, f"The parts are {', '.join(known)}.")
                self.wrong(part, "", f"There is no part [{part}].", remedy)
                if isinstance(table, dict) and (close := meant(part, known)):
                    self.tables.setdefault(close, table)
            elif known[part]:
                self._refuse_unknown_keys(part, table, known[part])

    def has(self, part: str) -> bool:
        return isinstance(self.tables.get(part), dict)

    def names_in(self, part: str) -> list[str]:
        """What the keys of a part are called, in the order of the file."""
        found = self.tables.get(part)
        return list(found) if isinstance(found, dict) else []

    def get(self, part: str, key: str) -> Any:
        found = self.tables.get(part, {})
        return found.get(key) if isinstance(found, dict) else None

    def text(self, part: str, key: str, longest: int = LONGEST_TEXT) -> str:
        """One line that has to be there; empty where it is not, which is noted."""
        text = self.optional_text(part, key, longest)
        if text is None:
            remedy = f'Write {key} = "…" below [{part}].'
            self.wrong(part, key, f"{key} is missing from [{part}].", remedy)
        return text or ""

    def optional_text(self, part: str, key: str, longest: int = LONGEST_TEXT) -> str | None:
        """One line; None where it is empty or no text."""
        value = self.get(part, key)
        if not isinstance(value, str) or not value.strip():
            return None
        text, line = value.strip(), self.line_of(part, key)
        self.findings += wrong_line(self.source, line, key, text, longest)
        self.findings += with_placeholder(self.source, line, key, text)
        return text

    def text_lines(self, part: str, key: str, most: int, longest: int) -> tuple[str, ...]:
        """The lines of a text between three quotation marks, or of one line; none is empty."""
        value = self.get(part, key)
        if value is not None and not isinstance(value, str):
            self.wrong(part, key, f"{key} is no text.", f'Write {key} = """, the lines, and """.')
            return ()
        found = tuple(line.strip() for line in (value or "").splitlines() if line.strip())
        if len(found) > most:
            message = f"{key} has {len(found)} lines, and {most} are the most."
            self.wrong(part, key, message, "Shorten it.")
        for text in found[:most]:
            self.findings += wrong_line(self.source, self.line_of(part, key), key, text, longest)
            self.findings += with_placeholder(self.source, self.line_of(part, key), key, text)
        return found[:most]

    def names(self, part: str, key: str, most: int) -> tuple[str, ...]:
        """A list of different names, at least one."""
        value = self.get(part, key)
        if isinstance(value, list) and value and all(isinstance(name, str) for name in value):
            if len(value) > most:
                message = f"{key} has {len(value):,} names, and {most} are the most."
                self.wrong(part, key, message, "Make two courses of it.")
            twice = sorted(name for name, number in Counter(value).items() if number > 1)
            for name in twice[:MOST_FINDINGS]:
                self.wrong(part, key, f"{name} stands in {key} twice.", "Keep one.")
            return tuple(dict.fromkeys(value))[:most]
        self.wrong(part, key, f"{key} is no list of names.", f'Write {key} = ["first", "second"].')
        return ()

    def colour(self, part: str, key: str) -> str | None:
        value = self.get(part, key)
        if value is None or (isinstance(value, str) and COLOUR.fullmatch(value)):
            return value
        self.wrong(part, key, f"{key} is no colour.", 'Write it like "#9C4A2F".')
        return None

    def picture(self, part: str, key: str) -> Picture | None:
        """The name of a file, as seen from the course's folder: what is in it is seen later."""
        value = self.get(part, key)
        if value is None:
            return None
        wrong = wrong_with(self.source, value) if isinstance(value, str) else OUTSIDE
        if wrong is None:
            return Picture(value)
        remedy = f'Put the file into the folder and name it: {key} = "pictures/{key}.png".'
        self.wrong(part, key, wrong, remedy)
        return None

    def parsed(
        self,
        part: str,
        key: str,
        pattern: re.Pattern[str],
        make: Callable[[re.Match[str]], T],
        default: T,
        example: str,
    ) -> T:
        """What `make` has of the whole value; the default where there is none."""
        value = self.get(part, key)
        if value is None:
            return default
        found = pattern.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            self.wrong(part, key, f"{key} can't be understood.", f'Write it like "{example}".')
            return default
        return make(found)

    def wrong(
        self, part: str, key: str, message: str, remedy: str, severity: str = "error"
    ) -> None:
        line = self.line_of(part, key)
        self.findings.append(Finding(self.source, line, message, remedy, severity))

    def line_of(self, part: str, key: str) -> int:
        """The key's own line, or its part's where the key is missing."""
        return self.lines.get(f"{part}.{key}", self.lines.get(part, 1))

    def _refuse_unknown_keys(self, part: str, table: Any, known: tuple[str, ...]) -> None:
        for key in [key for key in table if key not in known][:MOST_FINDINGS]:
            remedy = did_you_mean(key, known, f"It has {', '.join(known)}.")
            self.wrong(part, key, f"[{part}] has no {key}.", remedy)
            if close := meant(key, known):
                table.setdefault(close, table[key])
