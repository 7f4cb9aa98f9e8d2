"""`letterpath subscribers`: who is where in the course."""

import click

from course.cli.terminal import tables
from course.db.transactions import reading
from course.operations import overview
from course.runtime import process


@click.command()
@click.option("--limit", default=50, show_default=True, help="How many, the newest first.")
def subscribers(limit: int) -> None:
    """List who is where, and what comes next."""
    with reading(process.runtime().engine) as session:
        rows = overview.subscribers(session, limit)
    if not rows:
        click.echo("Nobody has signed up yet.")
        return
    table = tables.table("address", "state", "step", "next letter", right=0)
    for row in rows:
        table.add_row(row["address"], row["state"], row["step"], row["next_letter"])
    tables.show(table)
