"""The `letterpath` command: what an author and an operator do at a terminal.

Flask's command group underneath. A command says what it did and what to do next; errors go to
stderr, with a useful exit code. Each command's module is imported when it is called, so that
rehearsing a course does not wait for a database driver.
"""

import logging
import os
import sys
from importlib import import_module
from pkgutil import iter_modules

import click
from flask import Flask
from flask.cli import AppGroup

from course.config import file_permissions
from course.config.settings import ConfigError

# How SQLite and PostgreSQL say that a migration is missing.
UNMIGRATED = ("no such table", "no such column", "UndefinedTable", "UndefinedColumn")


class LazyGroup(AppGroup):
    """Each module of this package is the command of its name, imported when it is wanted."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(name for _, name, is_package in iter_modules(__path__) if not is_package)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        module = import_module(f"{__name__}.{cmd_name}")
        return next(found for found in vars(module).values() if isinstance(found, click.Command))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="letterpath", prog_name="letterpath")
def letterpath() -> None:
    """An e-mail course engine that keeps its promises.

    A course is a folder of text files. Write it, lint it, rehearse it, publish it:

    \b
      letterpath lint emotional-safety
      letterpath rehearse emotional-safety --zone Europe/Berlin
      letterpath publish emotional-safety
    """


def register(app: Flask) -> None:
    """`flask letterpath …` does the same as `letterpath …`."""
    app.cli.add_command(letterpath)


def main(arguments: list[str] | None = None) -> int:
    """The console script: run one command; its exit code."""
    file_permissions.set_umask()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        letterpath.main(sys.argv[1:] if arguments is None else arguments, prog_name="letterpath")
    except ConfigError as error:
        for problem in error.problems:
            click.echo(problem, err=True)
        click.echo("docs/configuration.md lists every setting.", err=True)
        return os.EX_CONFIG
    except Exception as error:
        if (excuse := _operator_message(error)) is None:
            raise
        code, message = excuse
        click.echo(message, err=True)
        return code
    return 0


def _operator_message(error: Exception) -> tuple[int, str] | None:
    """An exit code and a sentence for what an operator can mend; None for what only we can."""
    from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError

    from course.config.postgresql_url import UnusableURL
    from course.db.engine import is_unavailable

    if any(words in str(error) for words in UNMIGRATED):
        return os.EX_CONFIG, "The database is not up to date. Run: letterpath migrate"
    match error:
        case UnusableURL():
            return os.EX_CONFIG, f"LETTERPATH_DATABASE_URL can't be used: {error}."
        case ArgumentError():
            kinds = "sqlite:/// or postgresql://"
            return os.EX_CONFIG, f"LETTERPATH_DATABASE_URL begins with {kinds}."
        case SQLAlchemyError() if isinstance(error, OperationalError) or is_unavailable(error):
            reason = str(getattr(error, "orig", error)).partition("\n")[0]
            return os.EX_UNAVAILABLE, f"The database: {reason}. Look at LETTERPATH_DATABASE_URL."
        case OSError(filename=str(name)):
            return os.EX_IOERR, f"{name}: {error.strerror}."
    return None
