"""`letterpath release`: after a restored backup, what was held goes out or is dropped."""

import click

from course.cli.terminal import tables
from course.db.transactions import transaction
from course.operations import restore
from course.runtime import process


@click.command()
@click.option("--drop", is_flag=True, help="Withdraw what is held instead: it is not sent.")
@click.option("--yes", is_flag=True, help="Drop without asking.")
def release(drop: bool, yes: bool) -> None:
    """Let go what is held after a restored backup.

    What was held comes due and goes out; what is too late for its hour waits for the next one.
    """
    runtime = process.runtime()
    if drop and not yes:
        click.confirm("Held letters are withdrawn and not sent. Go on?", abort=True)
    with transaction(runtime.engine) as session:
        now = runtime.now()
        number = restore.drop(session) if drop else restore.release(session, now)
    if not number:
        click.echo("Nothing is held.")
    elif drop:
        click.echo(f"{tables.letters_are(number)} withdrawn.")
        click.echo("  Start the worker again: python worker.py")
    else:
        tables.say_due(number)
