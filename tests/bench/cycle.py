"""The whole cycle of the product, from a million enrollments to the last receipt in the database.

Find who is due, write the outbox, claim, check who may be written to, personalise, send, record:
against a C program that sends a constant body and keeps nothing.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from tests.bench import crowd, senders
from tests.bench.contest import Run
from tests.bench.crowd import Copy, Database
from tests.bench.measure import Contestant, Hall, Measure, gathered
from tests.bench.sending import contest
from tests.bench.sinks import smtp_sink
from tests.support.world import PASSWORD_HASH

READERS = 1_000_000
DUE = 50_000

SETTINGS = {
    "LETTERPATH_ENV": "production",
    "LETTERPATH_BASE_URL": "https://letters.example.org",
    "LETTERPATH_MAIL_FROM": "CNT <letters@example.org>",
    "LETTERPATH_REDIS_URL": "redis://127.0.0.1:1",
    "LETTERPATH_SECRET_KEY": "a secret that is only used to measure with",
    "LETTERPATH_MAIL_URL": "smtp://127.0.0.1:{port}?starttls=never",
}


@contextmanager
def _open(hall: Hall) -> Iterator[Mapping[str, Run]]:
    due = hall.letters or DUE
    others: list[Callable[[Hall], Contestant]] = [
        partial(senders.smtp_source, letters=due, connections=8),
        partial(senders.nodemailer, letters=due // 10, connections=8),
        partial(senders.django, letters=due // 10),
    ]
    with ExitStack() as stack:
        own = [
            ours(stack, hall, "letterpath, SQLite, 1 worker", crowd.on_sqlite, 1, due),
            ours(stack, hall, "letterpath, PostgreSQL, 2 workers", crowd.on_postgresql, 2, due),
        ]
        entered = [*gathered(others, hall), *own]
        yield stack.enter_context(contest(hall, smtp_sink(hall), entered))


def ours(
    stack: ExitStack,
    hall: Hall,
    name: str,
    database: Database,
    workers: int,
    due: int,
    readers: int = READERS,
) -> Contestant:
    """The product as a contestant, with a fresh copy of its database in each round."""
    hall.say(f"{readers:,} readers for {name}, {due:,} of them due.")
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=hall.folder)))
    copy = stack.enter_context(database(folder, readers, due))
    current = stack.enter_context(ExitStack())
    command = (sys.executable, "-m", "tests.bench.peers.letterpath_cycle", str(workers))
    return Contestant(name, command, due, prepare=partial(_prepare, current, copy))


def environment(database_url: str, state: Path) -> Mapping[str, str]:
    """The product's settings; `{port}` is the mail server's."""
    return {
        **SETTINGS,
        "LETTERPATH_ADMIN_PASSWORD_HASH": PASSWORD_HASH,
        "LETTERPATH_DATABASE_URL": database_url,
        "LETTERPATH_STATE": str(state),
    }


def _prepare(current: ExitStack, copy: Copy, folder: Path, _letters: int) -> Mapping[str, str]:
    """The copy of the round before goes."""
    current.close()
    return environment(current.enter_context(copy()), folder)


CYCLE = Measure(
    name="cycle",
    summary="the whole cycle of the product from a million enrollments, into Postfix's smtp-sink",
    unit="letter",
    reference=senders.YARDSTICK,
    of="sender",
    open=_open,
)
