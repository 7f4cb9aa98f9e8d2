"""`letterpath send`: what is due is delivered, here and now."""

import os
import signal
import sys
from collections import Counter
from threading import Thread

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from course.cli.status import read_now
from course.db.transactions import transaction
from course.models import DeliveryState
from course.models.throttle import transport_scope
from course.outbox import deliveries
from course.runtime import process
from course.runtime.process import Runtime
from course.scheduling import clock_loop
from course.sending import backoff, delivering

# Of these a person has to know.
AMISS = (DeliveryState.REFUSED, DeliveryState.UNCERTAIN, DeliveryState.FAILED)


@click.command()
def send() -> None:
    """Deliver what is due, here and now.

    For where no worker runs: writes what the hour brings, and hands it over before it ends.
    Ctrl-C stops it after the letters at hand. Exit code 1 where a letter was refused, has failed
    or is uncertain, 75 where some have to wait for another try.
    """
    runtime = process.runtime()
    for number in (signal.SIGINT, signal.SIGTERM):
        # The code that is interrupted may hold the event's lock.
        signal.signal(number, lambda *_: Thread(target=runtime.stopping.set).start())
    clock_loop.write_due(runtime)
    with transaction(runtime.engine) as session:
        # Whoever says "send" has mended what was wrong with the server, or thinks so.
        backoff.clear(session, (transport_scope(named.name) for named in runtime.transports))
        deliveries.retry_put_off_now(session, runtime.now())
    ended = _send(runtime)
    left = read_now(runtime).due
    click.echo(_sentence(ended, left))
    if advice := _advice(ended, left):
        click.echo(advice)
    if any(ended[state] for state in AMISS):
        sys.exit(1)
    if left or ended[DeliveryState.DEFERRED]:
        sys.exit(os.EX_TEMPFAIL)


def _send(runtime: Runtime) -> Counter[DeliveryState]:
    """Shift after shift, until nothing is due or nothing moves any more; `due` is what it left."""
    ended: Counter[DeliveryState] = Counter()
    with _progress() as progress:
        task = progress.add_task("Sending", total=read_now(runtime).due)
        while clock_loop.is_anything_due(runtime) and not runtime.stopping.is_set():
            results = delivering.deliver_due(runtime, after_each=lambda: progress.advance(task))
            ended = ended + results
            ended[DeliveryState.DUE] = results[DeliveryState.DUE]
            if not results.total() - results[DeliveryState.DUE]:
                break
    return ended


def _progress() -> Progress:
    """On stderr, so that what is said in the end can be read by a script."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True, highlight=False),
    )


def _sentence(ended: Counter[DeliveryState], left: int) -> str:
    done = [
        f"{ended[state]:,} {state.value}"
        for state in (DeliveryState.SENT, DeliveryState.DEFERRED, *AMISS)
        if ended[state]
    ]
    words = ", ".join(done) if done else "Nothing was sent"
    return f"{words}; {left:,} still due." if left else f"{words}; nothing more is due."


def _advice(ended: Counter[DeliveryState], left: int) -> str:
    if any(ended[state] for state in (*AMISS, DeliveryState.DEFERRED, DeliveryState.DUE)):
        return "  What the server said: letterpath status"
    return "  Go on with: letterpath send" if left else ""
