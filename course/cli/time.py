"""`letterpath time`: the clock of a development installation moves ahead."""

import re
from datetime import timedelta

import click

from course.operations import time_machine
from course.runtime import process

# Three digits: further ahead there is nothing, and at some distance no date either.
AHEAD = re.compile(r"\+(\d{1,3})([mhdw])")
UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@click.command("time")
@click.argument("ahead", default="")
def time_(ahead: str) -> None:
    """Travel in time (in development only).

    Moves the application's clock AHEAD: +7d, +3h, or "next" for the next letter. Everything
    that falls into that time happens. Without AHEAD: what time it is.
    """
    span = _span(ahead) if ahead not in ("", "next") else None
    runtime = process.runtime()
    if not runtime.settings.in_development:
        raise click.ClickException("The time machine runs in development only.")
    if ahead:
        to = runtime.now() + span if span else time_machine.next_moment(runtime)
        if to is None:
            raise click.ClickException("Nothing is to come.")
        time_machine.travel(runtime, to)
    click.echo(f"It is {runtime.now():%A, %d %B %Y, %H:%M} UTC.")
    if (coming := time_machine.next_moment(runtime)) is not None:
        click.echo(f"The next letter comes on {coming:%A, %d %B %Y, %H:%M} UTC.")


def _span(text: str) -> timedelta:
    found = AHEAD.fullmatch(text)
    if found is None:
        raise click.BadParameter(f"{text}: write +7d, +3h, +2w or next.")
    return timedelta(**{UNITS[found[2]]: int(found[1])})
