"""`letterpath broadcast`: an issue of a newsletter, to many, once."""

from datetime import datetime, timedelta
from pathlib import Path

import click

from course.cli.terminal import course_folders, issues, tables
from course.db.transactions import reading, transaction
from course.letters.catalogue import NewsletterEdition
from course.newsletters import announcing, audience
from course.newsletters.composing import Issue
from course.runtime import process
from course.runtime.process import Runtime

# Of an issue that has an hour: for one that goes out at once, no hour is the wrong one.
LATENESS = "6 hours"


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--newsletter", metavar="SLUG", help="Of which. Needed where there are several.")
@click.option("--lint", is_flag=True, help="Only say what to mend.")
@click.option("--preview", is_flag=True, help="Only write it as files to look at.")
@click.option("--to-me", "to", metavar="ADDRESS", help="Only send it there, as a test letter.")
@click.option("--at", metavar="HOUR", help='When it goes out, as "2026-12-01 18:00".')
@click.option("--zone", default="UTC", show_default=True, help="The time zone of --at.")
@click.option("--lateness", metavar="SPAN", help=f'How late it may be. With --at: "{LATENESS}".')
@click.option("--yes", is_flag=True, help="Send it without asking.")
def broadcast(
    file: Path,
    newsletter: str | None,
    lint: bool,
    preview: bool,
    to: str | None,
    at: str | None,
    zone: str,
    lateness: str | None,
    yes: bool,
) -> None:
    """Send an issue of a newsletter to all who subscribe to it, once.

    FILE is a letter in Markdown with labels (subject, preview, title; button and link) between two
    lines of ---, as a course's letters have them. Lessons and confirmations overtake it on the way.

    \b
      letterpath broadcast november.md --newsletter evening-notes --to-me ada@example.org
      letterpath broadcast november.md --at "2026-12-01 18:00" --zone Europe/Berlin

    What is too late is held: see letterpath release; uncertain: see letterpath uncertain.
    """
    runtime = process.runtime()
    edition = issues.edition_of(runtime, newsletter)
    issue = course_folders.compose_issue(file, edition.newsletter)
    if lint:
        click.echo(f"{file.name}: ready to send.")
    if preview:
        issues.preview(runtime, edition, issue)
    if to is not None:
        issues.send_to_me(runtime, edition, issue, to)
    if not (lint or preview or to is not None):
        _send(runtime, edition, issue, at, zone, lateness, yes)


def _send(
    runtime: Runtime,
    edition: NewsletterEdition,
    issue: Issue,
    at: str | None,
    zone: str,
    lateness: str | None,
    yes: bool,
) -> None:
    issues.refuse_second(runtime, edition, issue)
    due_at = issues.hour(at, zone, runtime.now()) if at else None
    late = lateness or (LATENESS if at else None)
    span = issues.lateness(late) if late else None
    _ask(runtime, edition, issue, issues.in_words(due_at, zone) if due_at else "now", yes)
    _announce(runtime, edition, issue, due_at, span)


def _ask(runtime: Runtime, edition: NewsletterEdition, issue: Issue, when: str, yes: bool) -> None:
    with reading(runtime.engine) as session:
        number = audience.audience_size(session, edition.newsletter_id)
    if not number:
        raise click.ClickException("Nobody subscribes to it yet. Look: letterpath subscribers")
    click.echo(f"{issue.text.subject}")
    click.echo(f"  An issue of {edition.newsletter.title}, to {tables.readers(number)}, {when}.")
    if not yes:
        click.confirm("It can't be called back. Send it?", abort=True)


def _announce(
    runtime: Runtime,
    edition: NewsletterEdition,
    issue: Issue,
    due_at: datetime | None,
    lateness: timedelta | None,
) -> None:
    with transaction(runtime.engine) as session:
        made = announcing.announce(session, edition, issue, runtime.now(), due_at, lateness).id
    if due_at is not None:
        click.echo(f"Broadcast {made} waits for its hour.")
        return
    runtime.bell.ring()
    click.echo(f"Broadcast {made} is on its way: the clock writes its letters, workers send them.")
    click.echo("  Watch them: letterpath status --watch; or here and now: letterpath send")
