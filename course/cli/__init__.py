"""The `letterpath` command: what an author and an operator do at a terminal.

Flask's command group underneath. A command says what it did and what to do next; errors go to
stderr, with a useful exit code.
"""

import click
from flask import Flask
from flask.cli import AppGroup

from course.cli import authoring, operating
from course.config import ConfigError


@click.group(cls=AppGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="letterpath", prog_name="letterpath")
def letterpath() -> None:
    """An e-mail course engine that keeps its promises.

    A course is a folder of text files. Write it, lint it, rehearse it, publish it:

    \b
      letterpath lint emotional-safety
      letterpath rehearse emotional-safety --zone Europe/Berlin
      letterpath publish emotional-safety
    """


for command in (*authoring.COMMANDS, *operating.COMMANDS):
    letterpath.add_command(command)


def register(app: Flask) -> None:
    """`flask letterpath …` does the same as `letterpath …`."""
    app.cli.add_command(letterpath)


def main(arguments: list[str]) -> int:
    """Run one command; its exit code."""
    try:
        letterpath.main(arguments, prog_name="letterpath")
    except ConfigError as error:
        for problem in error.problems:
            click.echo(problem, err=True)
        click.echo("docs/configuration.md lists every setting.", err=True)
        return 78  # EX_CONFIG
    return 0
