"""An issue of a newsletter at a terminal: composed, shown, tried, and its hour read."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import click

from course.authoring import previewing, revisions, samples
from course.cli.terminal import trial_letters
from course.db.transactions import reading
from course.letters import newsletter_editions
from course.letters.catalogue import NewsletterEdition
from course.letters.delivery_rows import DeliveryRow
from course.newsletters import announcing
from course.newsletters.composing import KEY, KIND, Issue
from course.operations import trials
from course.runtime.process import Runtime
from sequences.pattern import EVERY_DAY
from sequences.schedule import Window, opening_on, zone_names
from sequences.schedule_table import read_span


def edition_of(runtime: Runtime, newsletter: str | None) -> NewsletterEdition:
    """The newsletter's; the only one there is, where none is named."""
    with reading(runtime.engine) as session:
        slugs = newsletter_editions.slugs(session)
        if not slugs:
            raise click.ClickException("No newsletter is published. First: letterpath publish")
        if newsletter is None and len(slugs) > 1:
            raise click.UsageError(f"Of which? --newsletter with one of: {', '.join(slugs)}.")
        slug, known = newsletter or slugs[0], ", ".join(slugs)
        if slug not in slugs:
            raise click.ClickException(f"No newsletter {slug} is published. There is: {known}.")
        return newsletter_editions.by_slug(session, slug)


def refuse_second(runtime: Runtime, edition: NewsletterEdition, issue: Issue) -> None:
    """Said before anything is asked."""
    with reading(runtime.engine) as session:
        before = announcing.same(session, edition.newsletter_id, issue.letter)
    if before is not None:
        raise click.ClickException(
            f"The same letter went out as broadcast {before.id}, on {before.due_at:%Y-%m-%d}."
            " If it has to go out once more, change a word."
        )


def preview(runtime: Runtime, edition: NewsletterEdition, issue: Issue) -> None:
    """As files, light and dark, with an index that shows phone and desktop."""
    settings, newsletter = runtime.settings, edition.newsletter
    folder = settings.state / "preview" / newsletter.slug
    to, now = _sample(runtime), runtime.now()
    letter = previewing.rendered(issue.letter, newsletter, to, settings.base_url, now)
    with reading(runtime.engine) as session:
        published = revisions.shown(session, edition.revision_id)
    look = {name: one for name, one in published.items() if name in letter.html}
    pictures = {**look, **issue.pictures}
    previewing.write_letters(folder, newsletter.title, {"issue": letter}, pictures)
    click.echo(f"It is in {folder}.")
    click.echo(f"  Open {folder / 'index.html'} in a browser.")


def send_to_me(runtime: Runtime, edition: NewsletterEdition, issue: Issue, to: str) -> None:
    """A test letter, by the usual way; its links open nothing."""
    trial_letters.show(runtime, issue.pictures)
    letters = [(_sample(runtime), issue.letter)]
    work = lambda: trials.send(runtime, edition, letters, to, [])  # noqa: E731
    trial_letters.send(runtime, to, "--to-me", work)


def hour(at: str, zone: str, now: datetime) -> datetime:
    """In UTC. An hour that a change skips is the first instant after the gap."""
    if zone not in zone_names():
        raise click.BadParameter(f"{zone} is no time zone. One is: Europe/Berlin.")
    try:
        wall = datetime.strptime(at, "%Y-%m-%d %H:%M")  # noqa: DTZ007  in `zone`
    except ValueError as error:
        remedy = 'Write it like "2026-12-01 18:00".'
        raise click.BadParameter(f"{at} is no hour of a day. {remedy}") from error
    due_at = opening_on(wall.date(), Window(EVERY_DAY, time(wall.hour, wall.minute), zone))
    if due_at is None or due_at <= now:
        clock = f"{now.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
        raise click.BadParameter(
            f"{at} in {zone} is over: it is {clock} there. Choose a later one."
        )
    return due_at


def lateness(text: str) -> timedelta:
    if (span := read_span(text)) is None:
        raise click.BadParameter(f'{text} is no length of time. Write it like "6 hours".')
    return span


def in_words(due_at: datetime, zone: str) -> str:
    return f"on {due_at.astimezone(ZoneInfo(zone)):%A, %Y-%m-%d at %H:%M} ({zone})"


def _sample(runtime: Runtime) -> DeliveryRow:
    row = samples.sample(KIND, KEY, runtime.now())
    return row._replace(enrollment_id=None, subscription_id=1)
