"""`sequence.toml`, the manifest of a course: its name, colours, hours and order."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sequences import identity_tables, schedule_table
from sequences.course_schedule import Schedule
from sequences.findings import Finding
from sequences.identity import Identity, Mark
from sequences.languages import read_language
from sequences.sequence import Brand
from sequences.toml_source import key_lines, parsed
from sequences.toml_tables import KnownKeys, TomlTables

COLOURS = ("accent", "accent_dark", "paper", "paper_dark")

LANDING_KEYS = ("headline", "lead", "button", "consent")

KNOWN: KnownKeys = {
    "course": ("title", "language", "lessons"),
    "brand": ("name", *COLOURS, "logo"),
    **identity_tables.KEYS,
    **identity_tables.PROGRESS_KEYS,
    schedule_table.PART: schedule_table.KEYS,
    "landing": (*LANDING_KEYS, "newsletter", "newsletter_consent"),
}

# It stands in addresses, in headers and in the names of files.
SLUG = re.compile(r"(?=.{1,100}$)[a-z0-9]+(-[a-z0-9]+)*")

LONGEST_NAME = 150
MOST_LESSONS = 400


@dataclass(frozen=True)
class Manifest:
    """As `sequence.toml` has it; `lines` says on which line each part and key stands, from 1."""

    slug: str
    title: str
    language: str
    lessons: tuple[str, ...]
    brand: Brand
    identity: Identity
    mark: Mark
    schedule: Schedule
    landing: dict[str, Any]
    lines: dict[str, int]

    def line_of(self, key: str) -> int:
        """Of a part or a key: `schedule`, `schedule.days`."""
        return self.lines.get(key, 1)


def read_manifest(slug: str, source: str, text: str, findings: list[Finding]) -> Manifest:
    """Never raises: what is wrong is added to `findings`, and a default takes its place."""
    read = parsed(source, text, findings)
    # What can't be read at all is not also called missing.
    tables = TomlTables(source, read or {}, key_lines(text), [] if read is None else findings)
    refuse_name(slug, source, findings)
    tables.refuse_unknown(KNOWN)
    return Manifest(
        slug=slug,
        title=tables.text("course", "title", longest=LONGEST_NAME),
        language=read_language(tables, "course"),
        lessons=tables.names("course", "lessons", MOST_LESSONS),
        brand=read_brand(tables),
        identity=identity_tables.read_identity(tables),
        mark=identity_tables.read_mark(tables),
        schedule=schedule_table.read_schedule(tables),
        landing={**read_landing(tables), **_offer(tables)},
        lines=tables.lines,
    )


def refuse_name(slug: str, source: str, findings: list[Finding]) -> None:
    """A folder's name stands in addresses."""
    if not SLUG.fullmatch(slug):
        remedy = "Name the folder in small letters from a to z, digits and hyphens, 100 at most."
        findings.append(Finding(source, 1, f"{slug} can't be part of an address.", remedy))


def read_landing(tables: TomlTables) -> dict[str, Any]:
    """By name, all of a `Landing` but its body."""
    return {key: tables.text("landing", key) for key in LANDING_KEYS}


def read_brand(tables: TomlTables) -> Brand:
    name = tables.text("brand", "name", longest=LONGEST_NAME)
    colours = {key: tables.colour("brand", key) for key in COLOURS}
    kept = {key: colour for key, colour in colours.items() if colour}
    _pairs(tables, kept)
    return Brand(name, **kept, logo=tables.picture("brand", "logo"))


def _pairs(tables: TomlTables, colours: Collection[str]) -> None:
    """One colour of the author's beside one of the engine's is two brands."""
    for by_day in ("accent", "paper"):
        pair = {by_day, f"{by_day}_dark"}
        given = pair.intersection(colours)
        if len(given) == 1:
            (has,), (lacks,) = given, pair - given
            message = f"There is {has} and no {lacks}, which is the engine's own colour then."
            tables.wrong("brand", has, message, f"Write {lacks} as well.", "warning")


def _offer(tables: TomlTables) -> dict[str, Any]:
    """The newsletter that the form offers, in words of its own."""
    slug = tables.optional_text("landing", "newsletter")
    words = tables.optional_text("landing", "newsletter_consent")
    if slug is not None and not SLUG.fullmatch(slug):
        remedy = 'Write the name of its folder: newsletter = "evening-notes"'
        tables.wrong("landing", "newsletter", f"{slug} is no newsletter's name.", remedy)
    if bool(slug) != bool(words):
        message = "A newsletter is offered with a consent of its own."
        tables.wrong("landing", "newsletter", message, "Write newsletter and newsletter_consent.")
    return {"newsletter": slug or "", "newsletter_consent": words or ""}
