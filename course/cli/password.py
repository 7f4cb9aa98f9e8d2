"""`letterpath password`: the password of the author's pages."""

import click
from argon2 import PasswordHasher

from course.cli.terminal import weak_passwords
from course.config.settings import Settings


@click.command()
@click.password_option(help="Better left out: it is asked for, and not shown.")
def password(password: str) -> None:
    """Hash a password for LETTERPATH_ADMIN_PASSWORD_HASH."""
    # Not `load`: it would ask for the hash that is to be made.
    if reason := weak_passwords.wrong(password, weak_passwords.context_of(Settings())):
        raise click.BadParameter(reason)
    click.echo(PasswordHasher().hash(password))
