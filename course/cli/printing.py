"""Tables at a terminal, and in whatever a terminal pipes them into."""

import sys

from rich.console import Console, RenderableType

# Nobody's window: what goes into a file or into grep is neither folded nor cut.
ENDLESS = 1000


def show(table: RenderableType) -> None:
    width = None if sys.stdout.isatty() else ENDLESS
    Console(highlight=False, width=width).print(table)
