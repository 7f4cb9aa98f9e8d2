"""`letterpath status`: how the letters do, once or again and again."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial

import click
from rich.console import Console, RenderableType
from rich.live import Live

from course.cli.terminal import tables
from course.cli.terminal.status_board import status_board
from course.db.transactions import reading
from course.operations.status import Status, read_status
from course.runtime import process
from course.runtime.process import Runtime


@click.command()
@click.option("--watch", is_flag=True, help="Look again and again, until you press Ctrl-C.")
@click.option(
    "--every", default=2.0, show_default=True, type=click.FloatRange(0.2), help="Seconds between."
)
def status(watch: bool, every: float) -> None:
    """Show how the letters do: due, in flight, sent, in trouble and why.

    Fast however many letters there are, so it may be watched.
    """
    runtime = process.runtime()
    if not watch:
        tables.show(status_board(read_now(runtime)))
        return
    with suppress(KeyboardInterrupt), _shown() as show:
        while True:
            show(status_board(read_now(runtime)))
            time.sleep(every)


def read_now(runtime: Runtime) -> Status:
    with reading(runtime.engine) as session:
        return read_status(session, runtime.now())


@contextmanager
def _shown() -> Iterator[Callable[[RenderableType], None]]:
    """In one place on a terminal; one after the other in what it is piped into."""
    if not sys.stdout.isatty():
        yield tables.show
        return
    with Live(console=Console(highlight=False), screen=False) as live:
        yield partial(live.update, refresh=True)
