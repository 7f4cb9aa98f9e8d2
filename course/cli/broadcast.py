"""What an author does when there is news: one newsletter, to many, once."""

from pathlib import Path

import click

from course.authoring.compiling import NotPublishable
from course.cli.terminal import course_folders
from course.config.settings import Settings
from course.db.transactions import reading, transaction
from course.letters import newsletter_editions
from course.letters.catalogue import NewsletterEdition
from course.newsletters import announcing, audience, composing
from course.newsletters.announcing import AlreadyAnnounced
from course.newsletters.composing import Issue
from course.runtime import process
from course.runtime.process import Runtime


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--newsletter", metavar="SLUG", help="Of which. Needed where there are several.")
@click.option("--yes", is_flag=True, help="Send it without asking.")
def broadcast(file: Path, newsletter: str | None, yes: bool) -> None:
    """Send an issue of a newsletter to all who subscribe to it, once.

    FILE is a letter in Markdown with the labels subject, preview and title between two lines of
    ---, as the letters of a course have them; button and link if it has a button. It goes out under
    the newsletter's name and in its colours. Lessons and confirmations overtake it on the way.

    \b
      letterpath broadcast november.md --newsletter evening-notes

    What is uncertain is not sent a second time by itself: see letterpath uncertain.
    """
    runtime = process.runtime()
    with reading(runtime.engine) as session:
        edition = _edition(newsletter_editions.slugs(session), newsletter, runtime)
        issue = _compose(file, edition)
        number = audience.audience_size(session, edition.newsletter_id)
    if not number:
        raise click.ClickException("Nobody subscribes to it yet. Look: letterpath subscribers")
    click.echo(f"{issue.text.subject}")
    click.echo(f"  An issue of {edition.newsletter.title}, to {_readers(number)}.")
    if not yes:
        click.confirm("It can't be called back. Send it?", abort=True)
    made = _announce(runtime, edition, issue)
    click.echo(f"Broadcast {made} is on its way: the clock writes its letters, workers send them.")
    click.echo("  Watch them: letterpath status --watch; or here and now: letterpath send")


def _edition(slugs: list[str], newsletter: str | None, runtime: Runtime) -> NewsletterEdition:
    if not slugs:
        raise click.ClickException("No newsletter is published. First: letterpath publish")
    if newsletter is None and len(slugs) > 1:
        raise click.UsageError(f"Of which? --newsletter with one of: {', '.join(slugs)}.")
    slug, known = newsletter or slugs[0], ", ".join(slugs)
    if slug not in slugs:
        raise click.ClickException(f"No newsletter {slug} is published. There is: {known}.")
    with reading(runtime.engine) as session:
        return newsletter_editions.by_slug(session, slug)


def _compose(file: Path, edition: NewsletterEdition) -> Issue:
    try:
        issue = composing.compose(file, edition.newsletter, Settings().picture_cache)
    except NotPublishable as error:
        course_folders.report(composing.folder_of(file), error.findings)
        number = len(error.findings)
        raise click.ClickException(f"{file.name}: {number} to mend before sending.") from error
    course_folders.report(composing.folder_of(file), issue.findings)
    return issue


def _announce(runtime: Runtime, edition: NewsletterEdition, issue: Issue) -> int | None:
    """The broadcast's number."""
    try:
        with transaction(runtime.engine) as session:
            made = announcing.announce(session, edition, issue, runtime.now()).id
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
