"""`letterpath rehearse`: a journey through a course as a calendar; imports no database driver."""

from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from rich.table import Table
from rich.text import Text

from course.cli.terminal import course_folders, tables
from sequences.findings import CourseError
from sequences.reading import read_course
from sequences.rehearsal import Event, Pause, Persona, rehearse
from sequences.schedule import zone_names
from sequences.schedule_words import sentence
from sequences.sequence import Sequence

SIGN_UP_HOUR = time(12)

LABELS = {
    "sampler": "sampler",
    "nudge": "nudge",
    "closing": "closing letter",
    "pause": "pause",
    "resume": "goes on",
}

# Wide enough for the longest there is; the title gets what is left of the line.
WIDTHS = {"day": 15, "hour": 12, "what": 14}


@click.command("rehearse")
@click.argument("course")
@click.option("--from", "begins", type=click.DateTime(["%Y-%m-%d"]), help="The day of signing up.")
@click.option("--zone", default="UTC", show_default=True, help="The subscriber's time zone.")
@click.option(
    "--pause",
    "pauses",
    multiple=True,
    metavar="FROM/UNTIL",
    help="A pause, as 2026-11-01/2026-11-15. May be given more than once.",
)
@click.option("--answers", is_flag=True, help="The subscriber writes, so no nudge is sent.")
def rehearse_(
    course: str, begins: datetime | None, zone: str, pauses: tuple[str, ...], answers: bool
) -> None:
    """Show a whole journey through a course, with dates.

    By the same decision that the engine takes, in the zone of the reader you choose.
    """
    if zone not in zone_names():
        raise click.BadParameter(f"{zone} is no time zone. One is: Europe/Berlin.")
    sequence = _read(course_folders.folder(course))
    day = begins.date() if begins else datetime.now(UTC).date()
    persona = Persona(
        zone=zone,
        begins_at=_at(day, SIGN_UP_HOUR, zone),
        pauses=tuple(_pause(text, zone) for text in pauses),
        answers=answers,
    )
    tables.show(_calendar(sequence, persona, rehearse(sequence, persona)))


def _read(folder: Path) -> Sequence:
    course_folders.refuse_newsletter(folder)
    try:
        return read_course(folder)
    except CourseError as error:
        course_folders.report(folder, error.findings)
        raise click.ClickException(f"{folder.name} can't be read.") from error


def _at(day: date, hour: time, zone: str) -> datetime:
    return datetime.combine(day, hour, ZoneInfo(zone)).astimezone(UTC)


def _pause(text: str, zone: str) -> Pause:
    try:
        begins, ends = (date.fromisoformat(part) for part in text.split("/"))
    except ValueError as error:
        raise click.BadParameter(f"{text}: write a pause as 2026-11-01/2026-11-15.") from error
    if ends <= begins:
        raise click.BadParameter(f"{text}: the pause ends before it begins.")
    return Pause(_at(begins, time(), zone), _at(ends, time(), zone))


def _calendar(sequence: Sequence, persona: Persona, events: list[Event]) -> Table:
    """One row an event, in the persona's zone, the hour with its distance from UTC."""
    made = Table(
        title=f"{sequence.title}\n{sentence(sequence.schedule)}\nas read in {persona.zone}",
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
