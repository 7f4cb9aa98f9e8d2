"""Tables and lines at a terminal, and in whatever a terminal pipes them into.

What others have written (a server, a reader) is shown as it stands: no markup, no link, no control.
"""

import sys
from typing import Any

import click
from rich.console import Console, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from emails.printable import printable

# Nobody's window: what goes into a file or into grep is neither folded nor cut.
ENDLESS = 1000


class Table(RichTable):
    """Of plain text: what looks like markup is none."""

    def add_row(self, *cells: RenderableType | None, **how: Any) -> None:
        super().add_row(*(_plain(cell) for cell in cells), **how)


def say(text: str, err: bool = False) -> None:
    """A line with somebody else's words in it."""
    click.echo(printable(text), err=err)


def show(table: RenderableType) -> None:
    if sys.stdout.isatty():
        Console(highlight=False).print(table)
        return
    console = Console(highlight=False, width=ENDLESS)
    with console.capture() as captured:
        console.print(table)
    for line in captured.get().splitlines():
        click.echo(line.rstrip())


def table(*names: str, right: int = 1) -> Table:
    """Columns without lines; the first ones, up to `right`, hold numbers."""
    made = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for index, name in enumerate(names):
        made.add_column(name, justify="right" if index < right else "left")
    return made


def say_due(number: int, how: str = "") -> None:
    """So many letters go out again; and who sends them."""
    click.echo(f"{letters_are(number)} due now{how}.")
    click.echo("  A worker sends them; or here and now: letterpath send")


def letters_are(number: int) -> str:
    return "1 letter is" if number == 1 else f"{number:,} letters are"


def readers(number: int) -> str:
    return "1 reader" if number == 1 else f"{number:,} readers"


def _plain(cell: RenderableType | None) -> RenderableType | None:
    if isinstance(cell, Text):
        return Text(printable(cell.plain), style=cell.style)
    return Text(printable(cell)) if isinstance(cell, str) else cell
