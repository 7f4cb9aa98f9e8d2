"""The whole cycle of the product, from a million enrollments to the last receipt in the database.

Find who is due, write the outbox, claim, check who may be written to, personalise, send, record:
against a C program that sends a constant body and keeps nothing.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from pathlib import Path

from tests.bench import crowd, senders
from tests.bench.contest import Run
from tests.bench.crowd import Copy
from tests.bench.measure import Contestant, Hall, Measure, gathered
from tests.bench.sending import contest
from tests.bench.sinks import smtp_sink
from tests.world import PASSWORD_HASH

READERS = 1_000_000
DUE = 20_000

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
        ours = [
            _ours(stack, hall, "letterpath, SQLite", crowd.on_sqlite, 1, due),
            _ours(stack, hall, "letterpath, PostgreSQL", crowd.on_postgresql, 2, due),
        ]
        entered = [*gathered(others, hall), *ours]
        yield stack.enter_context(contest(hall, smtp_sink(hall), entered))


def _ours(
    stack: ExitStack,
    hall: Hall,
    name: str,
    database: Callable[[Path, int, int], AbstractContextManager[Copy]],
    workers: int,
    due: int,
) -> Contestant:
    hall.say(f"{READERS:,} readers for {name}, {due:,} of them due.")
    copy = stack.enter_context(database(hall.folder, READERS, due))
    current = stack.enter_context(ExitStack())
    return Contestant(
        f"{name}, {workers} worker{'s' if workers > 1 else ''}",
        (sys.executable, "-m", "tests.bench.peers.letterpath_cycle", str(workers)),
        due,
        {**SETTINGS, "LETTERPATH_ADMIN_PASSWORD_HASH": PASSWORD_HASH},
        partial(_prepare, current, copy),
    )


def _prepare(current: ExitStack, copy: Copy, folder: Path, _letters: int) -> Mapping[str, str]:
    """A fresh copy; the one of the round before goes."""
    current.close()
    url = current.enter_context(copy())
    return {"LETTERPATH_DATABASE_URL": url, "LETTERPATH_STATE": str(folder)}


CYCLE = Measure(
    name="cycle",
    summary="the whole cycle of the product from a million enrollments, into Postfix's smtp-sink",
    unit="letter",
    reference=senders.YARDSTICK,
    of="sender",
    open=_open,
)
