"""`letterpath resend`: what was refused or has failed goes out again, once it is mended."""

import click

from course.cli.terminal import tables
from course.db.transactions import reading, transaction
from course.operations import failed_deliveries
from course.operations.failed_deliveries import FailedGroup, Resent
from course.runtime import process
from course.runtime.process import Runtime

ALL = "all"

# Ids of a group that are shown.
SHOWN = 5


@click.command()
@click.option("--again", multiple=True, metavar="ID|WORDS|all", help="Send these. May be repeated.")
@click.option("--now", is_flag=True, help="Also what is too late for its hour.")
@click.option("--allow", is_flag=True, help="Also to addresses that a server has refused.")
def resend(again: tuple[str, ...], now: bool, allow: bool) -> None:
    """List letters that were refused or have failed, and send them again.

    By their ids, by words that the server said, or all. They keep their Message-ID. A lesson that
    is too late for its hour comes at its reader's next opening, unless --now is given.
    """
    runtime = process.runtime()
    if not again:
        _list(runtime)
        return
    wanted = failed_deliveries.everything if ALL in again else failed_deliveries.matching(again)
    with transaction(runtime.engine) as session:
        done = failed_deliveries.resend(session, wanted, runtime.now(), allow, now)
    if not done.due and not done.suppressed:
        raise click.ClickException(
            "None of them was refused or has failed. List: letterpath resend"
        )
    _tell(done)


def _tell(done: Resent) -> None:
    if done.due:
        tables.say_due(done.due, ", under the Message-ID of before")
    if done.suppressed:
        click.echo(
            f"{tables.letters_are(done.suppressed)} left: the address may not be written to."
        )
        click.echo("  Where a server refused it and was wrong: --allow")


def _list(runtime: Runtime) -> None:
    with reading(runtime.engine) as session:
        groups = failed_deliveries.groups(session)
    if not groups:
        click.echo("No letter was refused or has failed.")
        return
    table = tables.table(
        "letters", "may not be written to", "what was said", "kinds", "ids", right=2
    )
    for group in groups:
        table.add_row(*_row(group))
    tables.show(table)
    click.echo("  Mended? letterpath resend --again all, or with ids, or with words of the server")


def _row(group: FailedGroup) -> list[str]:
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in group.kinds.most_common())
    ids = ", ".join(map(str, group.ids[:SHOWN])) + (" …" if len(group.ids) > SHOWN else "")
    return [f"{len(group.ids):,}", f"{group.suppressed:,}", group.words, kinds, ids]
