"""`letterpath migrate`: the database's tables as this code needs them."""

import click

from course.config.loader import load
from course.db.schema import migrate


@click.command("migrate")
def migrate_() -> None:
    """Bring the database up to date. Safe to repeat."""
    migrate(load().database_url)
    click.echo("The database is up to date.")
