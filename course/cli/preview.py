"""`letterpath preview`: every letter of a course as files to look at."""

from pathlib import Path

import click

from course.authoring import previewing
from course.cli.terminal import course_folders
from course.cli.terminal.course_folders import compile_folder
from course.config.loader import load
from course.runtime.clock import SystemClock


@click.command()
@click.argument("course")
@click.option(
    "--into", type=click.Path(path_type=Path), help="A folder. Default: var/preview/COURSE."
)
def preview(course: str, into: Path | None) -> None:
    """Write every letter as a file to look at.

    As HTML and text, light and dark, with an index that shows phone and desktop side by side.
    """
    settings = load()
    compilation = compile_folder(course_folders.folder(course))
    folder = into or settings.state / "preview" / compilation.sequence.slug
    written = previewing.write(compilation, folder, settings.base_url, SystemClock().now())
    click.echo(f"{written} letters are in {folder}.")
    click.echo(f"  Open {folder / 'index.html'} in a browser to see them side by side.")
