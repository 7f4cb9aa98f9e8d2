"""What an author does: lint, rehearse, preview and publish a course."""

from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import click
from rich.console import Console

from course import calendar, previewing, publishing
from course.config import Settings
from course.db import transaction
from course.publishing import Compilation, NotPublishable
from course.runtime import runtime
from sequences.findings import CourseError, Finding
from sequences.reading import read_course
from sequences.rehearsal import Pause, Persona, rehearse
from sequences.sequence import Sequence

SIGN_UP_HOUR = time(12)


@click.command()
@click.argument("courses", nargs=-1)
def publish(courses: tuple[str, ...]) -> None:
    """Publish COURSES (or all of them): lint, compile, and store a new revision.

    Who is enrolled already gets the new text from their next letter on.
    """
    parts = runtime()
    for folder in _folders(courses):
        compilation = _compile(folder)
        with transaction(parts.engine) as session:
            number = publishing.publish(session, compilation, parts.now())
        slug = compilation.sequence.slug
        if number is None:
            click.echo(f"{slug}: nothing has changed since it was last published.")
            continue
        click.echo(f"{slug}: published as revision {number}, {len(compilation.letters)} letters.")
        click.echo(f"  Its page: {parts.settings.base_url}/courses/{slug}")


@click.command()
@click.argument("courses", nargs=-1)
def lint(courses: tuple[str, ...]) -> None:
    """Say what to mend in COURSES (or all of them) before publishing. Exit code 1 on errors."""
    for folder in _folders(courses):
        compilation = _compile(folder)
        click.echo(f"{compilation.sequence.slug}: ready to publish.")


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
    """Show a subscriber's whole journey through COURSE, with real dates in their zone."""
    if zone not in available_timezones():
        raise click.BadParameter(f"{zone} is no time zone. One is: Europe/Berlin.")
    sequence = _read(_folder(course))
    day = begins.date() if begins else datetime.now(UTC).date()
    persona = Persona(
        zone=zone,
        begins_at=_at(day, SIGN_UP_HOUR, zone),
        pauses=tuple(_pause(text, zone) for text in pauses),
        answers=answers,
    )
    Console(highlight=False).print(calendar.table(sequence, persona, rehearse(sequence, persona)))


@click.command()
@click.argument("course")
@click.option("--into", type=click.Path(path_type=Path), help="A folder. Default: var/preview.")
def preview(course: str, into: Path | None) -> None:
    """Write every letter of COURSE as HTML and text, light and dark, phone and desktop."""
    parts = runtime()
    compilation = _compile(_folder(course))
    folder = into or parts.settings.state / "preview" / compilation.sequence.slug
    written = previewing.write(compilation, folder, parts.settings, parts.links, parts.now())
    click.echo(f"{written} letters are in {folder}.")
    click.echo(f"  Open {folder / 'index.html'} in a browser to see them side by side.")


COMMANDS = (publish, lint, rehearse_, preview)


def _folders(names: tuple[str, ...]) -> list[Path]:
    if names:
        return [_folder(name) for name in names]
    found = publishing.course_folders(Settings().courses)
    if not found:
        raise click.ClickException(f"There is no course in {Settings().courses}/.")
    return found


def _folder(name: str) -> Path:
    """A course by its name, or a path to its folder."""
    for folder in (Settings().courses / name, Path(name)):
        if (folder / "sequence.toml").exists():
            return folder
    known = ", ".join(path.name for path in publishing.course_folders(Settings().courses))
    raise click.ClickException(f"There is no course {name}. There is: {known or 'none yet'}.")


def _compile(folder: Path) -> Compilation:
    try:
        compilation = publishing.compile_course(folder)
    except NotPublishable as error:
        _report(folder, error.findings)
        errors = sum(finding.severity == "error" for finding in error.findings)
        raise click.ClickException(f"{folder.name}: {errors} to mend before publishing.") from error
    _report(folder, compilation.findings)
    return compilation


def _read(folder: Path) -> Sequence:
    try:
        return read_course(folder)
    except CourseError as error:
        _report(folder, error.findings)
        raise click.ClickException(f"{folder.name} can't be read.") from error


def _report(folder: Path, findings: list[Finding]) -> None:
    for finding in findings:
        click.echo(
            f"{folder.name}/{finding.source}:{finding.line}: {finding.severity}: "
            f"{finding.message} {finding.remedy}",
            err=True,
        )


def _at(day: date, hour: time, zone: str) -> datetime:
    return datetime.combine(day, hour, ZoneInfo(zone)).astimezone(UTC)


def _pause(text: str, zone: str) -> Pause:
    try:
        begins, ends = (date.fromisoformat(part) for part in text.split("/"))
    except ValueError as error:
        raise click.BadParameter(f"{text}: write a pause as 2026-11-01/2026-11-15.") from error
    return Pause(_at(begins, time(), zone), _at(ends, time(), zone))
