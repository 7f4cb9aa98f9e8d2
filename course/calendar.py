"""A rehearsed journey as a calendar for the terminal."""

from datetime import datetime
from zoneinfo import ZoneInfo

from rich.table import Table

from sequences.rehearsal import Event, Persona
from sequences.sequence import Sequence

LABELS = {
    "sampler": "sampler",
    "nudge": "nudge",
    "closing": "closing letter",
    "pause": "pause",
    "resume": "goes on",
}


def table(sequence: Sequence, persona: Persona, events: list[Event]) -> Table:
    """One row an event, in the persona's zone, with its distance from UTC beside it."""
    made = Table(
        title=f"{sequence.title}\nas read in {persona.zone}",
        title_justify="left",
        title_style="bold",
        box=None,
        padding=(0, 2, 0, 0),
    )
    for heading in ("week", "day", "hour", "UTC", "what", ""):
        made.add_column(heading, header_style="dim", no_wrap=heading != "")
    begins = events[0].at if events else persona.begins_at
    for event in events:
        made.add_row(*_row(sequence, event, event.at.astimezone(ZoneInfo(persona.zone)), begins))
    return made


def _row(sequence: Sequence, event: Event, local: datetime, begins: datetime) -> tuple[str, ...]:
    week = (local.date() - begins.astimezone(local.tzinfo).date()).days // 7 + 1
    lesson = sequence.lesson(event.what)
    label = f"lesson {sequence.number(event.what)}" if lesson else LABELS[event.what]
    offset = f"{local:%z}"
    return (
        str(week),
        f"{local:%a} {local.day} {local:%b %Y}",
        f"{local:%H:%M}",
        f"{offset[:3]}:{offset[3:]}",
        label,
        event.title,
    )
