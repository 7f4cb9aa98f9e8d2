"""`letterpath lint`: what is wrong with a course, before anybody gets it."""

from pathlib import Path

import click

from course.cli.terminal import course_folders
from course.cli.terminal.course_folders import compile_folder, each, say_drafts
from sequences.schedule_words import sentence


@click.command()
@click.argument("courses", nargs=-1)
def lint(courses: tuple[str, ...]) -> None:
    """Say what to mend before publishing.

    Looks at COURSES, or at all of them. Exit code 1 where there are errors.
    """
    each(course_folders.chosen(courses), _lint)


def _lint(folder: Path) -> None:
    compilation = compile_folder(folder)
    sequence = compilation.sequence
    click.echo(f"{sequence.slug}: ready to publish. {sentence(sequence.schedule)}")
    say_drafts(compilation)
