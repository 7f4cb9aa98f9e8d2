"""`letterpath publish`: courses as they stand become what is sent."""

from pathlib import Path

import click

from course.authoring import publishing
from course.authoring.compiling import NotPublishable
from course.cli.terminal import course_folders
from course.cli.terminal.course_folders import compile_folder, each, refusal
from course.db.transactions import transaction
from course.runtime import process
from course.runtime.process import Runtime


@click.command()
@click.argument("courses", nargs=-1)
def publish(courses: tuple[str, ...]) -> None:
    """Publish courses: from now on, this is what is sent.

    COURSES are linted, compiled and stored as a new revision; without any, all of them.

    Who is enrolled already gets the new text from their next letter on.
    """
    runtime = process.runtime()
    each(course_folders.chosen(courses), lambda folder: _publish(runtime, folder))


def _publish(runtime: Runtime, folder: Path) -> None:
    compilation = compile_folder(folder)
    try:
        with transaction(runtime.engine) as session:
            number = publishing.publish(session, compilation, runtime.now())
    except NotPublishable as error:
        raise refusal(folder, error) from error
    slug = compilation.sequence.slug
    if number is None:
        click.echo(f"{slug}: nothing has changed since it was last published.")
        return
    click.echo(f"{slug}: published as revision {number}, {len(compilation.letters)} letters.")
    click.echo(f"  Its page: {runtime.settings.base_url}/courses/{slug}")
