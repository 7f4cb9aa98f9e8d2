"""What an author does: lint, preview and publish a course."""

from collections.abc import Callable
from pathlib import Path

import click

from course.authoring import previewing, publishing
from course.authoring.publishing import Compilation, NotPublishable
from course.cli import folders
from course.config import settings as config
from course.db.engine import transaction
from course.runtime.clock import SystemClock
from course.runtime.process import Runtime, runtime


@click.command()
@click.argument("courses", nargs=-1)
def publish(courses: tuple[str, ...]) -> None:
    """Publish courses: from now on, this is what is sent.

    COURSES are linted, compiled and stored as a new revision; without any, all of them.

    Who is enrolled already gets the new text from their next letter on.
    """
    parts = runtime()
    _each(folders.chosen(courses), lambda folder: _publish(parts, folder))


@click.command()
@click.argument("courses", nargs=-1)
def lint(courses: tuple[str, ...]) -> None:
    """Say what to mend before publishing.

    Looks at COURSES, or at all of them. Exit code 1 where there are errors.
    """
    _each(folders.chosen(courses), _lint)


@click.command()
@click.argument("course")
@click.option(
    "--into", type=click.Path(path_type=Path), help="A folder. Default: var/preview/COURSE."
)
def preview(course: str, into: Path | None) -> None:
    """Write every letter as a file to look at.

    As HTML and text, light and dark, with an index that shows phone and desktop side by side.
    """
    settings = config.load()
    compilation = _compile(folders.folder(course))
    folder = into or settings.state / "preview" / compilation.sequence.slug
    written = previewing.write(compilation, folder, settings.base_url, SystemClock().now())
    click.echo(f"{written} letters are in {folder}.")
    click.echo(f"  Open {folder / 'index.html'} in a browser to see them side by side.")


COMMANDS = (publish, lint, preview)


def _each(chosen: list[Path], work: Callable[[Path], None]) -> None:
    """A course that is broken stops none of the others; the exit code is 1 in the end."""
    broken = False
    for folder in chosen:
        try:
            work(folder)
        except click.ClickException as error:
            error.show()
            broken = True
    if broken:
        click.get_current_context().exit(1)


def _publish(parts: Runtime, folder: Path) -> None:
    compilation = _compile(folder)
    try:
        with transaction(parts.engine) as session:
            number = publishing.publish(session, compilation, parts.now())
    except NotPublishable as error:
        raise _refused(folder, error) from error
    slug = compilation.sequence.slug
    if number is None:
        click.echo(f"{slug}: nothing has changed since it was last published.")
        return
    click.echo(f"{slug}: published as revision {number}, {len(compilation.letters)} letters.")
    click.echo(f"  Its page: {parts.settings.base_url}/courses/{slug}")


def _lint(folder: Path) -> None:
    click.echo(f"{_compile(folder).sequence.slug}: ready to publish.")


def _compile(folder: Path) -> Compilation:
    try:
        compilation = publishing.compile_course(folder)
    except NotPublishable as error:
        raise _refused(folder, error) from error
    folders.report(folder, compilation.findings)
    return compilation


def _refused(folder: Path, error: NotPublishable) -> click.ClickException:
    folders.report(folder, error.findings)
    errors = sum(finding.severity == "error" for finding in error.findings)
    return click.ClickException(f"{folder.name}: {errors} to mend before publishing.")
