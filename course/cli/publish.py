"""`letterpath publish`: courses and newsletters as they stand become what is sent."""

from pathlib import Path

import click

from course.authoring import comparing, newsletter_publishing, publishing
from course.authoring.compiling import Compilation, NotPublishable
from course.cli.terminal import course_folders, published_courses
from course.cli.terminal.course_folders import (
    compile_folder,
    compile_newsletter,
    each,
    refusal,
    say_drafts,
)
from course.cli.terminal.questions import ask
from course.db.transactions import reading, transaction
from course.models import CourseState
from course.runtime import process
from course.runtime.process import Runtime
from emails.printable import printable
from sequences import files


@click.command()
@click.argument("courses", nargs=-1)
@click.option("--yes", is_flag=True, help="Publish without asking, whoever is affected.")
def publish(courses: tuple[str, ...], yes: bool) -> None:
    """Publish courses and newsletters: from now on, this is what is sent.

    COURSES (and newsletters) are linted, compiled and stored as a new revision; without any, all of
    them. What that changes is said first, and asked where readers on their way would get something
    else than they expect: a lesson twice, or not at all, or on another day.

    Who is enrolled already gets the new text, on the new days, from their next letter on.
    """
    runtime = process.runtime()
    each(course_folders.chosen(courses), lambda folder: _publish(runtime, folder, yes))


def _publish(runtime: Runtime, folder: Path, yes: bool) -> None:
    if files.is_newsletter(folder):
        _publish_newsletter(runtime, folder)
    else:
        _publish_course(runtime, folder, yes)


def _publish_newsletter(runtime: Runtime, folder: Path) -> None:
    """What its readers have stays as it is: only issues that come later look like this."""
    compilation = compile_newsletter(folder)
    with transaction(runtime.engine) as session:
        number = newsletter_publishing.publish(session, compilation, runtime.now())
    slug, base_url = compilation.newsletter.slug, runtime.settings.base_url
    _say(slug, number, len(compilation.letters), f"{base_url}/newsletters/{slug}")


def _publish_course(runtime: Runtime, folder: Path, yes: bool) -> None:
    compilation = compile_folder(folder)
    _say_what_changes(runtime, compilation, yes)
    try:
        with transaction(runtime.engine) as session:
            number = publishing.publish(session, compilation, runtime.now())
    except NotPublishable as error:
        raise refusal(folder, error) from error
    slug, base_url = compilation.sequence.slug, runtime.settings.base_url
    _say(slug, number, len(compilation.letters), f"{base_url}/courses/{slug}")
    if number is None:
        return
    say_drafts(compilation)
    with reading(runtime.engine) as session:
        state = published_courses.named(session, slug).state
    if state is not CourseState.OPEN:
        click.echo(f"  It is {state.value}, and stays so until: letterpath open {slug}")


def _say(slug: str, number: int | None, letters: int, page: str) -> None:
    if number is None:
        click.echo(f"{slug}: nothing has changed since it was last published.")
        return
    click.echo(f"{slug}: published as revision {number}, {letters} letters.")
    click.echo(f"  Its page: {page}")


def _say_what_changes(runtime: Runtime, compilation: Compilation, yes: bool) -> None:
    """And ask where somebody is affected."""
    slug = compilation.sequence.slug
    with reading(runtime.engine) as session:
        found = comparing.compare(session, compilation)
    if found:
        click.echo(f"{slug}: what changes")
    for change in found:
        click.echo(f"  {printable(change.words)}")
    if any(change.readers for change in found):
        ask("Publish it?", yes, f"{slug}: nothing was published.")
