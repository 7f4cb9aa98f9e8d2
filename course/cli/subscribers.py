"""`letterpath subscribers`: who is in which course and newsletter, and where."""

import click

from course.cli.terminal import tables
from course.db.transactions import reading
from course.operations import subscriber_rows
from course.runtime import process


@click.command()
@click.option("--limit", default=50, show_default=True, help="How many, the newest first.")
def subscribers(limit: int) -> None:
    """List who is in which course or newsletter, and what comes next.

    Somebody who is in several has a line for each. Hours are UTC.
    """
    with reading(process.runtime().engine) as session:
        rows = subscriber_rows.newest(session, limit)
    if not rows:
        click.echo("Nobody has signed up yet.")
        return
    table = tables.table("address", "in", "state", "step", "next letter (UTC)", right=0)
    for row in rows:
        table.add_row(
            *(row[name] for name in ("address", "course", "state", "step", "next_letter"))
        )
    tables.show(table)
