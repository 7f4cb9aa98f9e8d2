"""`letterpath receive`: a letter from stdin, as a mail server hands it over."""

import os
import sys

import click

from course.db.transactions import transaction
from course.inbound import receiving
from course.runtime import process


@click.command()
def receive() -> None:
    """Read one incoming letter from a mail server's pipe.

    Exit code 75 where it can't be done just now: the mail server will try again.
    """
    # With any other code it would send the letter back, and our words with it. So whatever goes
    # wrong is one sentence, those errors included that the database's driver raises by itself.
    try:
        raw = receiving.taken(sys.stdin.buffer)
        runtime = process.runtime()
        with transaction(runtime.engine) as session:
            done = receiving.receive(session, runtime.links, raw, runtime.now())
    except Exception as error:
        click.echo(f"Not now ({type(error).__name__}). Run: letterpath doctor", err=True)
        sys.exit(os.EX_TEMPFAIL)
    click.echo(done)
