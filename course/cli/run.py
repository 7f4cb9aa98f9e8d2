"""`letterpath run`: everything on one machine, for development."""

import sys

import click

from course.operations import run as running


@click.command()
def run() -> None:
    """Run everything on this machine, for development."""
    sys.exit(running.run())
