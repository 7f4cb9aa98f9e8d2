"""`letterpath uncertain`: deliveries of which nobody knows whether they arrived."""

import click

from course.cli.terminal import tables
from course.db.transactions import reading, transaction
from course.operations import uncertain_deliveries
from course.operations.problems import REASON_LENGTH
from course.operations.uncertain_deliveries import UncertainDelivery
from course.runtime import process, redaction
from course.runtime.process import Runtime

ALL = "all"


@click.command()
@click.option("--again", multiple=True, metavar="ID|all", help="Send it again. May be repeated.")
@click.option("--sent", multiple=True, metavar="ID|all", help="Take it as arrived.")
@click.option("--addresses", is_flag=True, help="Show to whom, and all that the server said.")
@click.option("--limit", default=50, show_default=True, help="How many, the newest first.")
def uncertain(again: tuple[str, ...], sent: tuple[str, ...], addresses: bool, limit: int) -> None:
    """List letters of which nobody knows whether they arrived.

    Look them up in the mail server's log by their time, then say what became of each: --again or
    --sent, with an id or all.
    """
    runtime = process.runtime()
    if again and sent:
        raise click.UsageError("Either --again or --sent.")
    if not again and not sent:
        _list(runtime, addresses, limit)
        return
    with transaction(runtime.engine) as session:
        resolve = uncertain_deliveries.resend if again else uncertain_deliveries.mark_sent
        number = resolve(session, _ids(again or sent), runtime.now())
    if not number:
        raise click.ClickException("None of them is uncertain. List: letterpath uncertain")
    if again:
        tables.say_due(number, ", under the Message-ID of before")
    else:
        click.echo(f"{tables.letters_are(number)} taken as sent. Nothing more to do.")


def _list(runtime: Runtime, addresses: bool, limit: int) -> None:
    with reading(runtime.engine) as session:
        found = uncertain_deliveries.newest(session, limit)
    if not found:
        click.echo("No letter is uncertain.")
        return
    names = ["id", "kind", "since (UTC)", "goes out again (UTC)", "words"]
    table = tables.table(*names, *(["address"] if addresses else []))
    for delivery in found:
        table.add_row(*_row(delivery, addresses))
    tables.show(table)
    click.echo("  Did it arrive? letterpath uncertain --sent ID. If not: --again ID")


def _row(delivery: UncertainDelivery, addresses: bool) -> list[str]:
    again = f"{delivery.try_at:%Y-%m-%d %H:%M}" if delivery.try_at else "never"
    facts = [str(delivery.id), delivery.kind, f"{delivery.since:%Y-%m-%d %H:%M}", again]
    if addresses:
        return [*facts, delivery.words, delivery.address]
    return [*facts, redaction.without_addresses(delivery.words)[:REASON_LENGTH]]


def _ids(given: tuple[str, ...]) -> list[int] | None:
    """None means all."""
    if ALL in given:
        return None
    try:
        return [int(one) for one in given]
    except ValueError as error:
        raise click.BadParameter("write the id of a letter, or: all") from error
