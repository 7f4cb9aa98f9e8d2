"""`sequence.toml`: the course's name, colours, hours and order."""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any, TypeVar

from sequences.findings import Finding, did_you_mean
from sequences.sequence import Brand, Schedule

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

KNOWN = {
    "course": ("title", "language", "lessons"),
    "brand": ("name", "accent", "accent_dark", "paper", "paper_dark"),
    "schedule": ("day", "days", "at", "delay", "nudge_after", "lateness"),
    "landing": ("headline", "lead", "button", "consent"),
}

COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
HOUR = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
SPAN = re.compile(r"(\d{1,3}) (hour|day|week)s?")
POSITION = re.compile(r"at line (\d+)")
T = TypeVar("T")

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Plan:
    slug: str
    title: str
    language: str
    lessons: tuple[str, ...]
    brand: Brand
    schedule: Schedule
    landing: dict[str, str]
    lines: dict[str, int]

    def line_of(self, key: str) -> int:
        return self.lines.get(key, 1)


def read(slug: str, source: str, text: str, findings: list[Finding]) -> Plan:
    """Never raises: what is wrong is added to `findings`, and a default takes its place."""
    reader = _Reader(source, _parsed(source, text, findings), _lines(text), findings)
    if not SLUG.fullmatch(slug):
        reader.wrong(
            "",
            f"{slug} can't be part of an address.",
            "Name the folder in small letters, digits and hyphens.",
        )
    reader.refuse_unknown()
    brand = {key: reader.colour(key) for key in KNOWN["brand"][1:]}
    return Plan(
        slug=slug,
        title=reader.text("course", "title"),
        language=reader.text("course", "language", "en"),
        lessons=reader.names("course", "lessons"),
        brand=Brand(reader.text("brand", "name"), **{k: c for k, c in brand.items() if c}),
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
        for name, table in self.tables.items():
            if name not in KNOWN or not isinstance(table, dict):
                self.wrong(
                    name,
                    f"There is no part [{name}].",
                    did_you_mean(name, KNOWN, f"The parts are {', '.join(KNOWN)}."),
                )
                continue
            for key in set(table) - set(KNOWN[name]):
                self.wrong(
                    key,
                    f"[{name}] has no {key}.",
                    did_you_mean(key, KNOWN[name], f"It has {', '.join(KNOWN[name])}."),
                )

    def get(self, table: str, key: str) -> Any:
        found = self.tables.get(table, {})
        return found.get(key) if isinstance(found, dict) else None

    def text(self, table: str, key: str, default: str | None = None) -> str:
        value = self.get(table, key)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if value is None and default is not None:
            return default
        self.wrong(key, f"{key} is missing from [{table}].", f'Write {key} = "…" below [{table}].')
        return default or ""

    def names(self, table: str, key: str) -> tuple[str, ...]:
        value = self.get(table, key)
        if isinstance(value, list) and value and all(isinstance(name, str) for name in value):
            return tuple(dict.fromkeys(value))
        self.wrong(key, f"{key} is no list of names.", f'Write {key} = ["first", "second"].')
        return ()

    def colour(self, key: str) -> str | None:
        value = self.get("brand", key)
        if value is None or (isinstance(value, str) and COLOUR.fullmatch(value)):
            return value
        self.wrong(key, f"{key} is no colour.", 'Write it like "#9C4A2F".')
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
            self.wrong(key, f"{key} can't be understood.", f'Write it like "{example}".')
            return default
        return make(found)

    def wrong(self, key: str, message: str, remedy: str) -> None:
        self.findings.append(Finding(self.source, self.lines.get(key, 1), message, remedy))


def _schedule(reader: _Reader) -> Schedule:
    days = reader.get("schedule", "days") or reader.get("schedule", "day") or "tuesday"
    days = days if isinstance(days, list) else [days]
    known = frozenset(DAYS.index(day) for day in days if day in DAYS)
    for day in days:
        if day not in DAYS:
            reader.wrong(
                "day",
                f"{day} is no day of the week.",
                did_you_mean(str(day), DAYS, 'Write it like "tuesday".'),
            )
    four_days, span = timedelta(days=4), "4 days"
    return Schedule(
        days=known or frozenset({1}),
        at=reader.parsed("at", HOUR, lambda m: time(int(m[1]), int(m[2])), time(19, 30), "19:30"),
        delay=reader.parsed("delay", SPAN, _span, four_days, span),
        nudge_after=_nudge_after(reader, span),
        lateness=reader.parsed("lateness", SPAN, _span, timedelta(hours=3), "3 hours"),
    )


def _nudge_after(reader: _Reader, example: str) -> timedelta | None:
    """Without the line, no nudge is ever sent."""
    if reader.get("schedule", "nudge_after") is None:
        return None
    return reader.parsed("nudge_after", SPAN, _span, timedelta(days=4), example)


def _span(found: re.Match[str]) -> timedelta:
    return timedelta(**{f"{found[2]}s": int(found[1])})


def _parsed(source: str, text: str, findings: list[Finding]) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = POSITION.search(str(error))
        line = int(found[1]) if found else 1
        findings.append(
            Finding(
                source,
                line,
                "This line can't be read.",
                'Text stands between straight quotes: title = "My course"',
            )
        )
        return {}


def _lines(text: str) -> dict[str, int]:
    """Where each key and each part stands, counted from 1."""
    found: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if key := re.match(r"\s*\[?([A-Za-z_]+)\]?\s*(=|$)", line):
            found.setdefault(key[1], number)
    return found
