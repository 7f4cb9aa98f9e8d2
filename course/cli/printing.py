"""Tables at a terminal, and in whatever a terminal pipes them into."""

import sys

from rich.console import Console, RenderableType
from rich.table import Table

# Nobody's window: what goes into a file or into grep is neither folded nor cut.
ENDLESS = 1000


def show(table: RenderableType) -> None:
    width = None if sys.stdout.isatty() else ENDLESS
    Console(highlight=False, width=width).print(table)


def table(*names: str, right: int = 1) -> Table:
    """Columns without lines; the first ones, up to `right`, hold numbers."""
    made = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for index, name in enumerate(names):
        made.add_column(name, justify="right" if index < right else "left")
    return made
