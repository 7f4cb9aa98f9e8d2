"""What an author does when there is news: one newsletter, to many, once."""

from pathlib import Path

import click

from course.authoring.compiling import NotPublishable
from course.cli.terminal import course_folders
from course.db.transactions import reading, transaction
from course.letters import catalogue
from course.letters.catalogue import Edition
from course.newsletters import announcing, audience, composing
from course.newsletters.announcing import AlreadyAnnounced
from course.newsletters.composing import Newsletter
from course.runtime import process
from course.runtime.process import Runtime


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--course", metavar="COURSE", help="In whose name. Needed where there are several.")
@click.option("--yes", is_flag=True, help="Send it without asking.")
def broadcast(file: Path, course: str | None, yes: bool) -> None:
    """Send one newsletter to everybody who wants newsletters, once.

    FILE is a letter in Markdown with the labels subject, preview and title between two lines of
    ---, as the letters of a course have them; button and link if it has a button. It goes out with
    the name, the colours and the list of COURSE, to whoever has confirmed and has not switched
    newsletters off. Lessons and confirmations overtake it on the way.

    \b
      letterpath broadcast november.md --course emotional-safety

    What is uncertain is not sent a second time by itself: see letterpath uncertain.
    """
    runtime = process.runtime()
    with reading(runtime.engine) as session:
        edition = _edition(catalogue.slugs(session), course, runtime)
        newsletter = _compose(file, edition)
        number = audience.audience_size(session)
    if not number:
        raise click.ClickException("Nobody wants newsletters yet. Look: letterpath subscribers")
    click.echo(f"{newsletter.text.subject}")
    click.echo(f"  In the name of {edition.sequence.title}, to {_readers(number)}.")
    if not yes:
        click.confirm("It can't be called back. Send it?", abort=True)
    made = _announce(runtime, edition, newsletter)
    click.echo(f"Broadcast {made} is on its way: the clock writes its letters, workers send them.")
    click.echo("  Watch them: letterpath status --watch; or here and now: letterpath send")


def _edition(slugs: list[str], course: str | None, runtime: Runtime) -> Edition:
    if not slugs:
        raise click.ClickException("No course is published. First: letterpath publish")
    if course is None and len(slugs) > 1:
        raise click.UsageError(f"In whose name? --course with one of: {', '.join(slugs)}.")
    slug = course or slugs[0]
    if slug not in slugs:
        raise click.ClickException(f"No course {slug} is published. There is: {', '.join(slugs)}.")
    with reading(runtime.engine) as session:
        return catalogue.by_slug(session, slug)


def _compose(file: Path, edition: Edition) -> Newsletter:
    try:
        return composing.compose(file, edition.sequence)
    except NotPublishable as error:
        course_folders.report(file.parent.absolute(), error.findings)
        number = len(error.findings)
        raise click.ClickException(f"{file.name}: {number} to mend before sending.") from error


def _announce(runtime: Runtime, edition: Edition, newsletter: Newsletter) -> int | None:
    """The broadcast's number."""
    try:
        with transaction(runtime.engine) as session:
            made = announcing.announce(session, edition, newsletter, runtime.now()).id
    except AlreadyAnnounced as error:
        before = error.broadcast
        raise click.ClickException(
            f"The same letter went out as broadcast {before.id}, on {before.created_at:%Y-%m-%d}."
            " If it has to go out once more, change a word."
        ) from error
    runtime.bell.ring()
    return made


def _readers(number: int) -> str:
    return "1 reader" if number == 1 else f"{number:,} readers"
