"""`letterpath rehearse`: five weeks in a second, and nothing imported that it can do without."""

from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from course.cli.terminal import calendar, course_folders, tables
from sequences.findings import CourseError
from sequences.reading import read_course
from sequences.rehearsal import Pause, Persona, rehearse
from sequences.schedule import zone_names
from sequences.sequence import Sequence

SIGN_UP_HOUR = time(12)


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
    tables.show(calendar.table(sequence, persona, rehearse(sequence, persona)))


def _read(folder: Path) -> Sequence:
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
