"""`letterpath doctor`: every part looked at, and what to do about what was found."""

import sys
from collections.abc import Iterable

import click

from course.cli.terminal import tables
from course.operations import health, restore
from course.operations.doctor import checks, trial_letter
from course.operations.doctor.check_result import CheckResult, Level
from course.operations.restore import HeldGroup
from course.runtime import process
from course.runtime.process import Runtime
from emails import address
from emails.errors import AddressError
from emails.printable import printable
from emails.transports.transport import Receipt


@click.command()
@click.option("--send", "to", metavar="ADDRESS", help="Send one test letter there.")
@click.option(
    "--after-restore", is_flag=True, help="Show what a restored backup would send, and hold it."
)
def doctor(to: str | None, after_restore: bool) -> None:
    """Look at every part and say what to mend.

    Exit code 1 where something is in trouble.
    """
    runtime = process.runtime()
    if to is not None:
        _try(runtime, to)
    elif after_restore:
        _after_restore(runtime)
    else:
        _show(checks.check_all(runtime))


def _show(results: list[CheckResult]) -> None:
    for result in results:
        click.echo(f"{result.level:<8}{printable(f'{result.part}: {result.words}')}")
    if any(result.level is Level.ERROR for result in results):
        sys.exit(1)


def _where_it_is(runtime: Runtime, to: str) -> str:
    if runtime.settings.in_development and runtime.settings.mail_url.startswith("folder:"):
        return f"It is in {runtime.settings.base_url}/mailbox, whoever it is for."
    return f"Look into the mailbox of {to}, and into its spam folder."


def _try(runtime: Runtime, to: str) -> None:
    try:
        address.parse(to, own_machine=runtime.settings.in_development)
        answer = trial_letter.send(runtime, to)
    except AddressError as error:
        raise click.BadParameter(str(error), param_hint="--send") from error
    except ValueError as error:
        raise click.ClickException(f"{error} Look at LETTERPATH_MAIL_URL.") from error
    if isinstance(answer, Receipt):
        tables.say(f"{runtime.transports[0].name} has taken it: {answer.words}")
        click.echo(f"  {_where_it_is(runtime, to)}")
        return
    name = type(answer).__name__.lower()
    tables.say(f"{runtime.transports[0].name}: {name}. {answer}", err=True)
    click.echo("  Look at LETTERPATH_MAIL_URL and LETTERPATH_MAIL_FROM.", err=True)
    sys.exit(1)


def _after_restore(runtime: Runtime) -> None:
    if running := health.workers(runtime):
        raise click.ClickException(f"{running} workers are running. Stop them and the clock first.")
    groups = restore.hold(runtime)
    if not groups:
        click.echo("Nothing would go out. Start the worker again: python worker.py")
        return
    tables.show(_table_of(groups))
    number = sum(group.letters for group in groups)
    click.echo(f"{tables.letters_are(number)} held; nothing of this is sent.")
    click.echo("  Let all of it go: letterpath release")
    click.echo("  Or withdraw it: letterpath release --drop")


def _table_of(groups: Iterable[HeldGroup]) -> tables.Table:
    table = tables.table("letters", "kind", "course", "age", "oldest (UTC)", "newest (UTC)")
    for group in groups:
        hours = (f"{at:%Y-%m-%d %H:%M}" for at in (group.oldest, group.newest))
        table.add_row(f"{group.letters:,}", group.kind, group.course, group.age, *hours)
    return table
