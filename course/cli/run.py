"""`letterpath run`: everything on one machine, for development."""

import sys

import click

from course.operations.run import run_all


@click.command()
def run() -> None:
    """Run everything on this machine, for development."""
    sys.exit(run_all())
