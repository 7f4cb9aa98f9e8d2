"""What an operator does: run, look, mend, and travel in time."""

import os
import re
import sys
from datetime import timedelta

import click
from argon2 import PasswordHasher
from rich.table import Table

from course.cli import passwords, printing
from course.config import settings
from course.db.engine import migrate, reading, transaction
from course.inbound import receiving
from course.operations import overview, time_machine
from course.operations import run as running
from course.runtime.process import runtime

# Three digits: further ahead there is nothing, and at some distance no date either.
AHEAD = re.compile(r"\+(\d{1,3})([mhdw])")
UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@click.command()
def run() -> None:
    """Run everything on this machine, for development."""
    sys.exit(running.run())


@click.command("migrate")
def migrate_() -> None:
    """Bring the database up to date. Safe to repeat."""
    migrate(settings.load().database_url)
    click.echo("The database is up to date.")


@click.command()
@click.option("--limit", default=50, show_default=True, help="How many, the newest first.")
def subscribers(limit: int) -> None:
    """List who is where, and what comes next."""
    with reading(runtime().engine) as session:
        rows = overview.subscribers(session, limit)
    if not rows:
        click.echo("Nobody has signed up yet.")
        return
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("address", "state", "step", "next_letter"):
        table.add_column(name.replace("_", " "))
    for row in rows:
        table.add_row(row["address"], row["state"], row["step"], row["next_letter"])
    printing.show(table)


@click.command("time")
@click.argument("ahead", default="")
def time_(ahead: str) -> None:
    """Travel in time (in development only).

    Moves the application's clock AHEAD: +7d, +3h, or "next" for the next letter. Everything
    that falls into that time happens. Without AHEAD: what time it is.
    """
    span = _span(ahead) if ahead not in ("", "next") else None
    parts = runtime()
    if not parts.settings.in_development:
        raise click.ClickException("The time machine runs in development only.")
    if ahead:
        to = parts.now() + span if span else time_machine.next_moment(parts)
        if to is None:
            raise click.ClickException("Nothing is to come.")
        time_machine.travel(parts, to)
    click.echo(f"It is {parts.now():%A, %d %B %Y, %H:%M} UTC.")
    if (coming := time_machine.next_moment(parts)) is not None:
        click.echo(f"The next letter comes on {coming:%A, %d %B %Y, %H:%M} UTC.")


@click.command()
def receive() -> None:
    """Read one incoming letter from a mail server's pipe.

    Exit code 75 where it can't be done just now: the mail server will try again.
    """
    # With any other code it would send the letter back, and our words with it. So whatever goes
    # wrong is one sentence, those errors included that the database's driver raises by itself.
    try:
        raw = receiving.taken(sys.stdin.buffer)
        parts = runtime()
        with transaction(parts.engine) as session:
            done = receiving.receive(session, parts.links, raw, parts.now())
    except Exception as error:
        click.echo(f"Not now ({type(error).__name__}). Run: letterpath doctor", err=True)
        sys.exit(os.EX_TEMPFAIL)
    click.echo(done)


@click.command()
@click.password_option(help="Better left out: it is asked for, and not shown.")
def password(password: str) -> None:
    """Hash a password for LETTERPATH_ADMIN_PASSWORD_HASH."""
    # Not `load`: it would ask for the hash that is to be made.
    if reason := passwords.wrong(password, passwords.context_of(settings.Settings())):
        raise click.BadParameter(reason)
    click.echo(PasswordHasher().hash(password))


@click.command()
def dkim() -> None:
    """Show the DNS records of the keys that letters are signed with."""
    seals = runtime().seals
    if not seals:
        click.echo("Letters leave unsigned; perhaps your mail server signs them.")
        click.echo("  Make a key:  openssl genpkey -algorithm rsa -pkeyopt rsa_keygen_bits:2048 \\")
        click.echo("                 -out dkim.pem")
        click.echo("  and name it: LETTERPATH_DKIM_KEYS=letters1:dkim.pem")
        return
    click.echo("Publish as TXT records, then try: letterpath doctor --send ADDRESS")
    for seal in seals:
        click.echo(f"\n{seal.name}\n{seal.record()}")


COMMANDS = (run, migrate_, subscribers, time_, receive, password, dkim)


def _span(text: str) -> timedelta:
    found = AHEAD.fullmatch(text)
    if found is None:
        raise click.BadParameter(f"{text}: write +7d, +3h, +2w or next.")
    return timedelta(**{UNITS[found[2]]: int(found[1])})
