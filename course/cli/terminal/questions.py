"""Asking before something is done that can't be called back."""

import sys

import click


def ask(question: str, yes: bool, otherwise: str = "Nothing was changed.") -> None:
    """Go on where somebody says so; `yes`: it was said with --yes.

    Where nobody can answer, that is the sentence.
    """
    if yes:
        return
    try:
        agreed = click.confirm(question)
    except click.Abort as error:
        if sys.stdin.isatty():
            raise
        click.echo()
        raise click.ClickException(f"{otherwise} Where nobody can answer, add --yes.") from error
    if not agreed:
        raise click.ClickException(otherwise)
