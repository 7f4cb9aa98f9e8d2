"""`letterpath lint`: what is wrong with a course or a newsletter, before anybody gets it."""

from pathlib import Path

import click

from course.cli.terminal import course_folders
from course.cli.terminal.course_folders import (
    broken,
    compile_folder,
    compile_newsletter,
    compose_issue,
    each,
    report,
    say_drafts,
)
from sequences import files
from sequences.findings import has_errors
from sequences.newsletter import Newsletter
from sequences.newsletter_reading import issue_files
from sequences.schedule_words import sentence


@click.command()
@click.argument("courses", nargs=-1)
def lint(courses: tuple[str, ...]) -> None:
    """Say what to mend before publishing.

    Looks at COURSES (and newsletters, with their issues), or at all of them. Exit code 1 where
    there are errors.
    """
    each(course_folders.chosen(courses), _lint)


def _lint(folder: Path) -> None:
    if files.is_newsletter(folder):
        _lint_newsletter(folder)
        return
    compilation = compile_folder(folder)
    sequence = compilation.sequence
    click.echo(f"{sequence.slug}: ready to publish. {sentence(sequence.schedule)}")
    say_drafts(compilation)


def _lint_newsletter(folder: Path) -> None:
    """What waits in its folder to be sent is no part of what is published."""
    newsletter = compile_newsletter(folder).newsletter
    click.echo(f"{newsletter.slug}: ready to publish.")
    issues, findings = issue_files(folder)
    report(folder, findings)
    if broken(issues, lambda issue: _lint_issue(issue, newsletter)) or has_errors(findings):
        raise click.ClickException(f"{newsletter.slug}: mend its issues before they go out.")


def _lint_issue(file: Path, newsletter: Newsletter) -> None:
    compose_issue(file, newsletter)
    click.echo(f"  {file.name}: ready to send.")
