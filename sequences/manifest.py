"""`sequence.toml`, the manifest of a course: its name, colours, hours and order."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta
from itertools import islice
from typing import Any, TypeVar

from sequences.findings import MOST_FINDINGS, Finding, did_you_mean
from sequences.lines import with_placeholder, wrong_line
from sequences.sequence import Brand, Schedule
from sequences.toml_source import key_lines, parsed

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
TUESDAY = frozenset({1})

KNOWN = {
    "course": ("title", "language", "lessons"),
    "brand": ("name", "accent", "accent_dark", "paper", "paper_dark"),
    "schedule": ("day", "days", "at", "delay", "nudge_after", "lateness"),
    "landing": ("headline", "lead", "button", "consent"),
}

COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
HOUR = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
SPAN = re.compile(r"(\d{1,3}) (hour|day|week)s?")
WHOLE_DAYS = re.compile(r"(\d{1,3}) (day|week)s?")
T = TypeVar("T")

# It stands in addresses, in headers and in the names of files.
SLUG = re.compile(r"(?=.{1,100}$)[a-z0-9]+(-[a-z0-9]+)*")

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")

LONGEST_NAME, LONGEST_TEXT = 150, 2_000
MOST_LESSONS = 400


@dataclass(frozen=True)
class Manifest:
    """As `sequence.toml` has it; `lines` says on which line each part and key stands, from 1."""

    slug: str
    title: str
    language: str
    lessons: tuple[str, ...]
    brand: Brand
    schedule: Schedule
    landing: dict[str, str]
    lines: dict[str, int]

    def line_of(self, key: str) -> int:
        """Of a part or a key: `schedule`, `schedule.days`."""
        return self.lines.get(key, 1)


def read_manifest(slug: str, source: str, text: str, findings: list[Finding]) -> Manifest:
    """Never raises: what is wrong is added to `findings`, and a default takes its place."""
    tables = parsed(source, text, findings)
    # What can't be read at all is not also called missing.
    reader = _Reader(source, tables or {}, key_lines(text), [] if tables is None else findings)
    if not SLUG.fullmatch(slug):
        remedy = "Name the folder in small letters, digits and hyphens, 100 at most."
        findings.append(Finding(source, 1, f"{slug} can't be part of an address.", remedy))
    reader.refuse_unknown()
    name = reader.text("brand", "name", longest=LONGEST_NAME)
    colours = {key: reader.colour(key) for key in KNOWN["brand"][1:]}
    return Manifest(
        slug=slug,
        title=reader.text("course", "title", longest=LONGEST_NAME),
        language=reader.language(),
        lessons=reader.names("course", "lessons"),
        brand=Brand(name, **{key: colour for key, colour in colours.items() if colour}),
        schedule=_schedule(reader),
        landing={key: reader.text("landing", key) for key in KNOWN["landing"]},
        lines=reader.lines,
    )


@dataclass
class _Reader:
    source: str
    tables: dict[str, Any]
    lines: dict[str, int]
    findings: list[Finding]

    def refuse_unknown(self) -> None:
        for name, table in islice(self.tables.items(), MOST_FINDINGS):
            if name not in KNOWN or not isinstance(table, dict):
                self.wrong(
                    name,
                    "",
                    f"There is no part [{name}].",
                    did_you_mean(name, KNOWN, f"The parts are {', '.join(KNOWN)}."),
                )
                continue
            for key in islice((key for key in table if key not in KNOWN[name]), MOST_FINDINGS):
                self.wrong(
                    name,
                    key,
                    f"[{name}] has no {key}.",
                    did_you_mean(key, KNOWN[name], f"It has {', '.join(KNOWN[name])}."),
                )

    def get(self, table: str, key: str) -> Any:
        found = self.tables.get(table, {})
        return found.get(key) if isinstance(found, dict) else None

    def text(self, table: str, key: str, longest: int = LONGEST_TEXT) -> str:
        value = self.get(table, key)
        if not isinstance(value, str) or not value.strip():
            remedy = f'Write {key} = "…" below [{table}].'
            self.wrong(table, key, f"{key} is missing from [{table}].", remedy)
            return ""
        text, line = value.strip(), self.line_of(table, key)
        self.findings += wrong_line(self.source, line, key, text, longest)
        self.findings += with_placeholder(self.source, line, key, text)
        return text

    def language(self) -> str:
        value = self.get("course", "language")
        if value is None:
            return "en"
        if isinstance(value, str) and LANGUAGE.fullmatch(value):
            return value
        remedy = 'Write its tag, as "en", "de" or "pt-BR".'
        self.wrong("course", "language", "language is no language.", remedy)
        return "en"

    def names(self, table: str, key: str) -> tuple[str, ...]:
        value = self.get(table, key)
        if isinstance(value, list) and value and all(isinstance(name, str) for name in value):
            if len(value) > MOST_LESSONS:
                message = f"{key} has {len(value):,} names, and {MOST_LESSONS} are the most."
                self.wrong(table, key, message, "Make two courses of it.")
            twice = sorted(name for name, number in Counter(value).items() if number > 1)
            for name in twice[:MOST_FINDINGS]:
                self.wrong(table, key, f"{name} stands in {key} twice.", "Keep one.")
            return tuple(dict.fromkeys(value))[:MOST_LESSONS]
        self.wrong(table, key, f"{key} is no list of names.", f'Write {key} = ["first", "second"].')
        return ()

    def colour(self, key: str) -> str | None:
        value = self.get("brand", key)
        if value is None or (isinstance(value, str) and COLOUR.fullmatch(value)):
            return value
        self.wrong("brand", key, f"{key} is no colour.", 'Write it like "#9C4A2F".')
        return None

    def parsed(
        self,
        key: str,
        pattern: re.Pattern[str],
        make: Callable[[re.Match[str]], T],
        default: T,
        example: str,
    ) -> T:
        value = self.get("schedule", key)
        if value is None:
            return default
        found = pattern.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            remedy = f'Write it like "{example}".'
            self.wrong("schedule", key, f"{key} can't be understood.", remedy)
            return default
        return make(found)

    def wrong(self, table: str, key: str, message: str, remedy: str) -> None:
        self.findings.append(Finding(self.source, self.line_of(table, key), message, remedy))

    def line_of(self, table: str, key: str) -> int:
        """The key's own line, or its part's where the key is missing."""
        return self.lines.get(f"{table}.{key}", self.lines.get(table, 1))


def _schedule(reader: _Reader) -> Schedule:
    four_days, span = timedelta(days=4), "4 days"
    return Schedule(
        days=_days(reader),
        at=reader.parsed("at", HOUR, lambda m: time(int(m[1]), int(m[2])), time(19, 30), "19:30"),
        delay=reader.parsed("delay", WHOLE_DAYS, _span, four_days, span),
        nudge_after=_nudge_after(reader, span),
        lateness=reader.parsed("lateness", SPAN, _span, timedelta(hours=3), "3 hours"),
    )


def _days(reader: _Reader) -> frozenset[int]:
    """From `day`, one name, or `days`, a list of them; Tuesday where neither is written."""
    one, several = reader.get("schedule", "day"), reader.get("schedule", "days")
    if one is not None and several is not None:
        reader.wrong("schedule", "days", "Both day and days are written.", "Keep one of the two.")
    if one is None and several is None:
        return TUESDAY
    key, named = ("day", [one]) if several is None else ("days", several)
    if not isinstance(named, list) or not named:
        reader.wrong("schedule", key, f"{key} is no list of days.", 'Write days = ["tuesday"].')
        return TUESDAY
    for day in islice((day for day in named if day not in DAYS), MOST_FINDINGS):
        remedy = did_you_mean(str(day), DAYS, 'Write it like "tuesday".')
        reader.wrong("schedule", key, f"{day} is no day of the week.", remedy)
    return frozenset(DAYS.index(day) for day in named if day in DAYS) or TUESDAY


def _nudge_after(reader: _Reader, example: str) -> timedelta | None:
    """Without the line, no nudge is ever sent."""
    if reader.get("schedule", "nudge_after") is None:
        return None
    return reader.parsed("nudge_after", WHOLE_DAYS, _span, timedelta(days=4), example)


def _span(found: re.Match[str]) -> timedelta:
    return timedelta(**{f"{found[2]}s": int(found[1])})
