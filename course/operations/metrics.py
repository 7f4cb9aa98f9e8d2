"""`/metrics`: the status in Prometheus' text exposition format (version 0.0.4).

prometheus_client would bring a registry of counters in each process and a folder through which
several processes share them. These few numbers are counted by the database for all processes, and
nothing is kept here, so only the format is left to write. What is called `total` begins anew at
midnight (UTC), which `rate` and `increase` take for a restart.
"""

from collections.abc import Iterable, Iterator, Mapping
from math import inf

from course.models.tally import OUTCOMES
from course.operations.status import STATES, Status

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


# Labels and their value.
Sample = tuple[dict[str, str], float]


def exposition(status: Status, workers: int | None, events: Mapping[str, int] | None = None) -> str:
    """`workers` and security's `events` are None where Redis can't be asked."""
    return "".join([*_lines(status, workers), *_security(events)])


def _lines(status: Status, workers: int | None) -> Iterator[str]:
    states = {"due": status.due, "attempting": status.in_flight}
    states |= {state: status.states[state] for state in STATES}
    by_state = [({"state": name}, float(count)) for name, count in states.items()]
    yield from _metric("deliveries", "gauge", "Deliveries that have not ended well.", by_state)
    for name, help_text, value in (*_waiting(status), *_clock(status), *_claims(status)):
        yield from _metric(name, "gauge", help_text, [({}, float(value))])
    if workers is not None:
        yield from _metric(
            "workers", "gauge", "Workers that wait for the bell.", [({}, float(workers))]
        )
    yield from _totals(status)


def _waiting(status: Status) -> Iterator[tuple[str, str, float]]:
    """Name, help and value, as of the other gauges without labels."""
    oldest, unwritten = (
        age.total_seconds() if age else 0.0 for age in (status.longest, status.unwritten)
    )
    unanswerable = len(status.unanswerable)
    yield "due", "Deliveries whose time has come.", status.due
    yield "later", "Deliveries that wait for their time.", status.later
    yield "in_flight", "Deliveries in a worker's hands.", status.in_flight
    yield "oldest_due_seconds", "How long the oldest has waited, written or not.", oldest
    yield "unwritten_seconds", "How long somebody has waited for a clock to write.", unwritten
    yield "requests_unanswerable", "Requests that are left though a clock looks.", unanswerable


def _clock(status: Status) -> Iterator[tuple[str, str, float]]:
    age, waits = status.clock
    looked = age.total_seconds() if age is not None else inf
    yield "clock_age_seconds", "How long ago a clock looked last; +Inf: none ever did.", looked
    yield "clock_waits", "1 where a clock waits, for its wall clock has jumped.", bool(waits)


def _claims(status: Status) -> Iterator[tuple[str, str, float]]:
    workers = {claim.worker for claim in status.active_claims}
    yield "counted_incompletely", "1 where the states are a lower bound.", status.more
    yield "claims", "Batches in a worker's hands.", len(status.active_claims)
    yield "workers_sending", "Workers that hold a batch.", len(workers)


def _totals(status: Status) -> Iterator[str]:
    sent = [({"transport": one.transport}, float(one.sent)) for one in status.transport_counts]
    yield from _metric("sent_total", "counter", "Letters sent since midnight UTC.", sent)
    ended = [
        ({"transport": one.transport, "outcome": name}, float(getattr(one, name)))
        for one in status.transport_counts
        for name in OUTCOMES
    ]
    yield from _metric("attempts_total", "counter", "Attempts since midnight UTC.", ended)


def _security(events: Mapping[str, int] | None) -> Iterator[str]:
    if events is not None:
        help_text = "Security events since Redis was last emptied."
        counted = [({"event": event}, float(count)) for event, count in events.items()]
        yield from _metric("security_events_total", "counter", help_text, counted)


def _metric(name: str, kind: str, help_text: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP letterpath_{name} {help_text}\n# TYPE letterpath_{name} {kind}\n"
    for labels, value in samples:
        inside = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        yield f"letterpath_{name}{f'{{{inside}}}' if inside else ''} {_number(value)}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _number(value: float) -> str:
    """Exact however large: `g` would round a million and one."""
    if value == inf:
        return "+Inf"
    return str(int(value)) if value.is_integer() else repr(value)
