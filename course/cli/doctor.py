"""`letterpath doctor`: every part looked at, and what to do about what was found."""

import sys
from collections.abc import Iterable

import click

from course.cli.terminal import tables, trial_letters
from course.operations import health, restore
from course.operations.doctor import checks, trial_letter
from course.operations.doctor.check_result import CheckResult, Level
from course.operations.restore import HeldGroup
from course.runtime import process
from course.runtime.process import Runtime
from emails.printable import printable


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
        trial_letters.send(runtime, to, "--send", lambda: [trial_letter.send(runtime, to)])
    elif after_restore:
        _after_restore(runtime)
    else:
        _show(checks.check_all(runtime))


def _show(results: list[CheckResult]) -> None:
    for result in results:
        click.echo(f"{result.level:<8}{printable(f'{result.part}: {result.words}')}")
    if any(result.level is Level.ERROR for result in results):
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
