"""Ending sessions: the author's and the open journals."""

import click

from course.db.transactions import transaction
from course.runtime import process
from course.runtime.security_log import Event
from course.subscribers import session_epochs


@click.command("sessions")
@click.option("--end", is_flag=True, help="End them, in every browser.")
@click.option("--subscriber", type=int, help="The open journal of this one alone, by id.")
def sessions(end: bool, subscriber: int | None) -> None:
    """End the author's session and every open journal, or one subscriber's.

    Nothing else changes: a journal opens again with a mailed link, the overview with its password.
    """
    if not end:
        raise click.UsageError("Sessions end by themselves. To end them now, add --end.")
    runtime = process.runtime()
    with transaction(runtime.engine) as session:
        if subscriber is None:
            session_epochs.close_all_journals(session)
            session_epochs.sign_author_out(session)
        elif not session_epochs.close_journal(session, subscriber):
            raise click.ClickException(f"There is no subscriber {subscriber}.")
    runtime.security_log.record(Event.SESSIONS_ENDED, subscriber=subscriber)
    whose = "The author is signed out, and every" if subscriber is None else "That"
    click.echo(f"{whose} journal is closed, in every browser.")
