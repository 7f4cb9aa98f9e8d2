"""Trial letters at a terminal: where they go, and what the mail server said."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import click

from course.authoring import revisions
from course.authoring.pictures import Encoded
from course.cli.terminal import tables
from course.db.transactions import transaction
from course.runtime.process import Runtime
from emails import address
from emails.errors import AddressError, RenderError
from emails.transports.transport import Receipt, Result


def send(runtime: Runtime, to: str, option: str, work: Callable[[], list[Result]]) -> None:
    """Send what `work` sends, and say what became of it. Exit code 1 where some was not taken."""
    with _mendable(option):
        address.parse(to, own_machine=runtime.settings.in_development)
        answers = work()
    wrong = [answer for answer in answers if not isinstance(answer, Receipt)]
    name = runtime.transports[0].name
    for answer in wrong[:1]:
        tables.say(f"{name}: {type(answer).__name__.lower()}. {answer}", err=True)
        click.echo("  Look at LETTERPATH_MAIL_URL and LETTERPATH_MAIL_FROM.", err=True)
        sys.exit(1)
    if runtime.settings.in_development and runtime.settings.mail_url.startswith("folder:"):
        it = "It is" if len(answers) == 1 else f"All {len(answers)} letters are"
        tables.say(f"{it} in {runtime.settings.base_url}/mailbox, whomever it is for.")
        return
    words = f"{name} has taken it: {answers[0].words}"
    tables.say(words if len(answers) == 1 else f"{name} has taken all {len(answers)} letters.")
    click.echo(f"  Look into the mailbox of {to}, and into its spam folder.")


def show(runtime: Runtime, pictures: Mapping[str, Encoded]) -> None:
    """Keep them where they can be fetched: a mailbox shows no others."""
    if pictures:
        with transaction(runtime.engine) as session:
            revisions.keep(session, pictures)


@contextmanager
def _mendable(option: str) -> Iterator[None]:
    try:
        yield
    except AddressError as error:
        raise click.BadParameter(str(error), param_hint=option) from error
    except RenderError as error:
        raise click.ClickException(f"The letter can't be made: {error}.") from error
    except ValueError as error:
        raise click.ClickException(f"{error} Look at LETTERPATH_MAIL_URL.") from error
