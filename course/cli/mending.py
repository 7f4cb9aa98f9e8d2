"""What an operator looks at when something is wrong, and decides: doctor, release, uncertain."""

import sys
from collections.abc import Iterable

import click
from sqlmodel import col

from course.cli import printing
from course.db.engine import reading, transaction
from course.models import Delivery, DeliveryState
from course.operations import health, restore, status, trial_letter
from course.operations import uncertain as resolving
from course.operations.doctor import delivery_chain, installation
from course.operations.restore import Pile
from course.operations.uncertain import Doubt
from course.outbox import deliveries
from course.runtime import redaction
from course.runtime.process import Runtime, runtime
from course.sending import recovering
from emails import address
from emails.errors import AddressError
from emails.printable import printable
from emails.transports import Receipt

ALL = "all"


@click.command()
@click.option("--send", "to", metavar="ADDRESS", help="Send one test letter there.")
@click.option(
    "--after-restore", is_flag=True, help="Show what a restored backup would send, and hold it."
)
def doctor(to: str | None, after_restore: bool) -> None:
    """Look at every part and say what to mend.

    Exit code 1 where something is in trouble.
    """
    parts = runtime()
    if to is not None:
        _try(parts, to)
    elif after_restore:
        _after_restore(parts)
    else:
        _show(installation.inspect(parts))


@click.command()
@click.option("--drop", is_flag=True, help="Withdraw what is held instead: it is not sent.")
@click.option("--yes", is_flag=True, help="Drop without asking.")
def release(drop: bool, yes: bool) -> None:
    """Let go what is held after a restored backup.

    What was held comes due and goes out; what is too late for its hour waits for the next one.
    """
    parts = runtime()
    if drop and not yes:
        click.confirm("Held letters are withdrawn and not sent. Go on?", abort=True)
    with transaction(parts.engine) as session:
        if drop:
            number = len(deliveries.withdraw(session, col(Delivery.state) == DeliveryState.HELD))
        else:
            number = recovering.release(session, parts.now())
    if not number:
        click.echo("Nothing is held.")
    elif drop:
        click.echo(f"{_letters(number)} withdrawn.")
        click.echo("  Start the worker again: python worker.py")
    else:
        click.echo(f"{_letters(number)} due now.")
        click.echo("  A worker sends them; or here and now: letterpath send")


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
    parts = runtime()
    if again and sent:
        raise click.UsageError("Either --again or --sent.")
    if not again and not sent:
        _list(parts, addresses, limit)
        return
    with transaction(parts.engine) as session:
        resolve = resolving.again if again else resolving.arrived
        number = resolve(session, _ids(again or sent), parts.now())
    if not number:
        raise click.ClickException("None of them is uncertain. List: letterpath uncertain")
    if again:
        click.echo(f"{_letters(number)} due now, under the Message-ID of before.")
        click.echo("  A worker sends them; or here and now: letterpath send")
    else:
        click.echo(f"{_letters(number)} taken as sent. Nothing more to do.")


COMMANDS = (doctor, release, uncertain)


def _show(findings: list[delivery_chain.Finding]) -> None:
    for finding in findings:
        click.echo(f"{finding.mark:<8}{printable(f'{finding.part}: {finding.words}')}")
    if any(finding.mark == "trouble" for finding in findings):
        sys.exit(1)


def _where_it_is(parts: Runtime, to: str) -> str:
    if parts.settings.in_development and parts.settings.mail_url.startswith("folder:"):
        return f"It is in {parts.settings.base_url}/mailbox, whoever it is for."
    return f"Look into the mailbox of {to}, and into its spam folder."


def _try(parts: Runtime, to: str) -> None:
    try:
        address.parse(to, own_machine=parts.settings.in_development)
        answer = trial_letter.send(parts, to)
    except AddressError as error:
        raise click.BadParameter(str(error), param_hint="--send") from error
    except ValueError as error:
        raise click.ClickException(f"{error} Look at LETTERPATH_MAIL_URL.") from error
    if isinstance(answer, Receipt):
        printing.say(f"{parts.carriers[0].name} has taken it: {answer.words}")
        click.echo(f"  {_where_it_is(parts, to)}")
        return
    name = type(answer).__name__.lower()
    printing.say(f"{parts.carriers[0].name}: {name}. {answer}", err=True)
    click.echo("  Look at LETTERPATH_MAIL_URL and LETTERPATH_MAIL_FROM.", err=True)
    sys.exit(1)


def _after_restore(parts: Runtime) -> None:
    if running := health.workers(parts):
        raise click.ClickException(f"{running} workers are running. Stop them and the clock first.")
    piles = restore.hold(parts)
    if not piles:
        click.echo("Nothing would go out. Start the worker again: python worker.py")
        return
    printing.show(_table_of(piles))
    click.echo(f"{_letters(sum(pile.letters for pile in piles))} held; nothing of this is sent.")
    click.echo("  Let all of it go: letterpath release")
    click.echo("  Or withdraw it: letterpath release --drop")


def _table_of(piles: Iterable[Pile]) -> printing.Table:
    table = printing.table("letters", "kind", "course", "age", "oldest (UTC)", "newest (UTC)")
    for pile in piles:
        hours = (f"{at:%Y-%m-%d %H:%M}" for at in (pile.oldest, pile.newest))
        table.add_row(f"{pile.letters:,}", pile.kind, pile.course, pile.age, *hours)
    return table


def _list(parts: Runtime, addresses: bool, limit: int) -> None:
    with reading(parts.engine) as session:
        doubts = resolving.uncertain(session, limit)
    if not doubts:
        click.echo("No letter is uncertain.")
        return
    names = ["id", "kind", "since (UTC)", "goes out again (UTC)", "words"]
    table = printing.table(*names, *(["address"] if addresses else []))
    for doubt in doubts:
        table.add_row(*_row(doubt, addresses))
    printing.show(table)
    click.echo("  Did it arrive? letterpath uncertain --sent ID. If not: --again ID")


def _row(doubt: Doubt, addresses: bool) -> list[str]:
    again = f"{doubt.try_at:%Y-%m-%d %H:%M}" if doubt.try_at else "never"
    facts = [str(doubt.id), doubt.kind, f"{doubt.since:%Y-%m-%d %H:%M}", again]
    if addresses:
        return [*facts, doubt.words, doubt.address]
    return [*facts, redaction.without_addresses(doubt.words)[: status.BEGINNING]]


def _ids(given: tuple[str, ...]) -> list[int] | None:
    """None means all."""
    if ALL in given:
        return None
    try:
        return [int(one) for one in given]
    except ValueError as error:
        raise click.BadParameter("write the id of a letter, or: all") from error


def _letters(number: int) -> str:
    return "1 letter is" if number == 1 else f"{number:,} letters are"
