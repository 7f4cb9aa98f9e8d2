"""`letterpath lint`: what is wrong with a course or a newsletter, before anybody gets it."""

from pathlib import Path

import click

from course.cli.terminal import course_folders
from course.cli.terminal.course_folders import (
    compile_folder,
    compile_newsletter,
    each,
    say_drafts,
)
from sequences import files
from sequences.schedule_words import sentence


@click.command()
@click.argument("courses", nargs=-1)
def lint(courses: tuple[str, ...]) -> None:
    """Say what to mend before publishing.

    Looks at COURSES (and newsletters), or at all of them. Exit code 1 where there are errors.
    """
    each(course_folders.chosen(courses), _lint)


def _lint(folder: Path) -> None:
    if files.is_newsletter(folder):
        click.echo(f"{compile_newsletter(folder).newsletter.slug}: ready to publish.")
        return
    compilation = compile_folder(folder)
    sequence = compilation.sequence
    click.echo(f"{sequence.slug}: ready to publish. {sentence(sequence.schedule)}")
    say_drafts(compilation)
