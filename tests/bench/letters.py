"""How fast letters leave: into a sink that takes everything, and into Postfix's own.

A new contestant goes into `SENDERS`, with how many letters take it two to five seconds.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial

from tests.bench import senders
from tests.bench.contest import Run
from tests.bench.measure import Contestant, Hall, Measure, gathered
from tests.bench.sending import contest
from tests.bench.sinks import OpenSink, fast_sink, smtp_sink

Maker = Callable[[Hall], Contestant]

SENDERS: list[Maker] = [
    partial(senders.smtp_source, letters=60_000, connections=8),
    partial(senders.nodemailer, letters=3_000, connections=8),
    partial(senders.django, letters=1_500),
    partial(senders.smtplib, letters=1_000),
    partial(senders.letterpath_transport, letters=60_000, connections=8),
    partial(senders.letterpath_letters, letters=30_000),
]

# smtp-sink takes about 10,000 letters a second, whoever sends them.
SLOWER_SENDERS: list[Maker] = [
    partial(senders.smtp_source, letters=25_000, connections=8),
    *SENDERS[1:],
]


@contextmanager
def _into(
    sink: Callable[[Hall], OpenSink], makers: list[Maker], hall: Hall
) -> Iterator[Mapping[str, Run]]:
    with contest(hall, sink(hall), gathered(makers, hall)) as runs:
        yield runs


LETTERS = Measure(
    name="letters",
    summary="letters into a sink that discards faster than anyone sends",
    unit="letter",
    reference=senders.YARDSTICK,
    of="sender",
    open=partial(_into, fast_sink, SENDERS),
)

SMTP_SINK = Measure(
    name="smtp-sink",
    summary="the same into Postfix's smtp-sink, which is the limit for the fastest",
    unit="letter",
    reference=senders.YARDSTICK,
    of="sender",
    open=partial(_into, smtp_sink, SLOWER_SENDERS),
)
