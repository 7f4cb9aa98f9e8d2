"""What an operator does: run, look, mend, and travel in time."""

import re
import sys
from datetime import timedelta

import click
from argon2 import PasswordHasher
from rich.console import Console
from rich.table import Table

from course import config, inspecting, overseeing, receiving, running, travelling
from course.db import migrate, reading, transaction
from course.runtime import runtime

AHEAD = re.compile(r"\+(\d+)([mhdw])")
UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@click.command()
def run() -> None:
    """Run everything on this machine, for development."""
    sys.exit(running.run())


@click.command("migrate")
def migrate_() -> None:
    """Bring the database up to date. Safe to repeat."""
    migrate(config.load().database_url)
    click.echo("The database is up to date.")


@click.command()
@click.option("--limit", default=50, show_default=True, help="How many, the newest first.")
def subscribers(limit: int) -> None:
    """List who is where, and what comes next."""
    with reading(runtime().engine) as session:
        rows = overseeing.subscribers(session, limit)
    if not rows:
        click.echo("Nobody has signed up yet.")
        return
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("address", "state", "step", "next_letter"):
        table.add_column(name.replace("_", " "))
    for row in rows:
        table.add_row(row["address"], row["state"], row["step"], row["next_letter"])
    Console(highlight=False).print(table)


@click.command()
def doctor() -> None:
    """Look at every part and say what to mend.

    Exit code 1 where something is in trouble.
    """
    findings = inspecting.inspect(runtime())
    for finding in findings:
        click.echo(f"{finding.mark:<8}{finding.part}: {finding.words}")
    if any(finding.mark == "trouble" for finding in findings):
        sys.exit(1)


@click.command("time")
@click.argument("ahead", default="")
def time_(ahead: str) -> None:
    """Travel in time (in development only).

    Moves the application's clock AHEAD: +7d, +3h, or "next" for the next letter. Everything
    that falls into that time happens. Without AHEAD: what time it is.
    """
    parts = runtime()
    if not parts.settings.in_development:
        raise click.ClickException("The time machine runs in development only.")
    if ahead:
        to = travelling.next_moment(parts) if ahead == "next" else parts.now() + _span(ahead)
        if to is None:
            raise click.ClickException("Nothing is to come.")
        travelling.travel(parts, to)
    click.echo(f"It is {parts.now():%A, %d %B %Y, %H:%M} UTC.")
    if (coming := travelling.next_moment(parts)) is not None:
        click.echo(f"The next letter comes on {coming:%A, %d %B %Y, %H:%M} UTC.")


@click.command()
def receive() -> None:
    """Read one incoming letter from a mail server's pipe."""
    parts = runtime()
    raw = sys.stdin.buffer.read()
    with transaction(parts.engine) as session:
        click.echo(receiving.receive(session, parts.links, raw, parts.now()))


@click.command()
@click.password_option()
def password(password: str) -> None:
    """Hash a password for LETTERPATH_ADMIN_PASSWORD_HASH."""
    click.echo(PasswordHasher().hash(password))


COMMANDS = (run, migrate_, subscribers, doctor, time_, receive, password)


def _span(text: str) -> timedelta:
    found = AHEAD.fullmatch(text)
    if found is None:
        raise click.BadParameter(f"{text}: write +7d, +3h, +2w or next.")
    return timedelta(**{UNITS[found[2]]: int(found[1])})
