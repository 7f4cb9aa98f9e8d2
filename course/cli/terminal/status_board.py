"""The numbers of `letterpath status` as a terminal shows them."""

from collections.abc import Iterable

from rich.console import Group as Stack
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from course.cli.terminal import tables
from course.cli.terminal.tables import Table
from course.models.tally import OUTCOMES
from course.operations.claims_in_flight import ActiveClaim
from course.operations.problems import Group
from course.operations.status import STATES, Status
from course.operations.throughput import TransportCounts
from course.runtime import figures


def status_board(status: Status) -> Stack:
    parts: list[RenderableType] = [_now(status)]
    if status.active_claims:
        parts.append(_titled("In flight", _active_claims(status)))
    if status.transport_counts:
        parts.append(
            _titled("Today, since midnight UTC", _transport_counts(status.transport_counts))
        )
    if status.backoffs:
        parts.append(_titled("Left alone for a while", _backoffs(status)))
    if status.reasons:
        more = f", of the newest {sum(status.states.values()):,}" if status.more else ""
        parts.append(_titled(f"What the servers said{more}", _groups(status.reasons, "words")))
        parts.append(_titled("To whom", _groups(status.domains, "domain")))
    return Stack(*parts)


def _now(status: Status) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(justify="right")
    table.add_column()
    age = status.oldest
    oldest = "" if age is None else f"the oldest for {figures.span(age)}"
    for number, name, words in (
        (status.due, "due now", oldest),
        (status.later, "waiting for later", ""),
        (status.in_flight, "in flight", ""),
        (status.sent_today, "sent today", figures.a_minute(status.rate) if status.rate else ""),
        *((status.states[state], state, "") for state in STATES),
    ):
        at_least = " or more" if status.more and name in STATES and number else ""
        table.add_row(f"{number:,}", name + at_least, Text(words, style="dim"))
    return table


def _active_claims(status: Status) -> Table:
    table = tables.table("letters", "claim", "worker", "by", "for", "lease")
    for held in status.active_claims:
        since, lease = figures.span(status.at - held.since), _lease(held, status)
        table.add_row(
            f"{held.letters:,}", str(held.claim), held.worker, held.transport, since, lease
        )
    return table


def _lease(held: ActiveClaim, status: Status) -> str:
    left = held.until - status.at
    return f"{figures.span(left)} left" if left.total_seconds() > 0 else "over"


def _backoffs(status: Status) -> Table:
    """A transport is `by`, a recipient's domain `to`."""
    table = tables.table("for", "whom", "what was said")
    for backoff in status.backoffs:
        way, _, name = backoff.scope.partition(":")
        left = figures.span(backoff.until - status.at)
        table.add_row(left, f"letters {way} {name}", Text(backoff.words[:60]))
    return table


def _transport_counts(counts: Iterable[TransportCounts]) -> Table:
    table = tables.table("speed", *OUTCOMES, "by", right=6)
    for one in counts:
        cells = [f"{getattr(one, name):,}" for name in OUTCOMES]
        table.add_row(figures.a_minute(one.rate), *cells, one.transport)
    return table


def _groups(groups: Iterable[Group], name: str) -> Table:
    table = tables.table("letters", name, "states")
    for group in groups:
        states = ", ".join(f"{count:,} {state}" for state, count in group.states.most_common())
        table.add_row(f"{group.letters:,}", Text(group.name), states)
    return table


def _titled(title: str, table: Table) -> Padding:
    return Padding(Stack(Text(title, style="bold"), table), (1, 0, 0, 0))
