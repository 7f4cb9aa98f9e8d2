"""A rehearsed journey as a calendar for the terminal."""

from zoneinfo import ZoneInfo

from rich.table import Table
from rich.text import Text

from sequences.rehearsal import Event, Persona
from sequences.sequence import Sequence

LABELS = {
    "sampler": "sampler",
    "nudge": "nudge",
    "closing": "closing letter",
    "pause": "pause",
    "resume": "goes on",
}

# Wide enough for the longest there is; the title gets what is left of the line.
WIDTHS = {"day": 15, "hour": 12, "what": 14}


def table(sequence: Sequence, persona: Persona, events: list[Event]) -> Table:
    """One row an event, in the persona's zone, the hour with its distance from UTC."""
    made = Table(
        title=f"{sequence.title}\nas read in {persona.zone}",
        title_justify="left",
        title_style="bold",
        box=None,
        padding=(0, 2, 0, 0),
    )
    for heading, width in WIDTHS.items():
        made.add_column(heading, header_style="dim", no_wrap=True, min_width=width)
    made.add_column("")
    for event in events:
        made.add_row(*_row(sequence, event, persona.zone))
    return made


def _row(sequence: Sequence, event: Event, zone: str) -> tuple[str | Text, ...]:
    local = event.at.astimezone(ZoneInfo(zone))
    lesson = sequence.lesson(event.what)
    label = f"lesson {sequence.number(event.what)}" if lesson else LABELS[event.what]
    offset = f"{local:%z}"
    hour = f"{local:%H:%M} {offset[:3]}:{offset[3:]}"
    title = Text(event.title, no_wrap=True, overflow="ellipsis")
    return f"{local:%a} {local.day} {local:%b %Y}", hour, label, title
