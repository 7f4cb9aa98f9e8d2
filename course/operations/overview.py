"""What the author may see: people and letters in numbers. Reflections are not among them."""

import json
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast
from sqlalchemy import select as columns
from sqlmodel import Session, col, func, select

from course.letters import catalogue
from course.letters.delivery_rows import with_subscriber
from course.models import (
    Course,
    Delivery,
    DeliveryState,
    Enrollment,
    Reflection,
    Subscriber,
)
from course.models.delivery import NEEDS_ATTENTION, QUEUES
from course.operations import subscriber_rows
from course.operations.problems import SAMPLE_LIMIT, Group
from course.operations.status import STATES, Status, read_status
from course.outbox.deliveries import STEPS
from course.runtime import figures

# The newest rows of each table; the whole of it is a matter for the command line.
SHOWN = 100

Row = dict[str, Any]


@dataclass(frozen=True)
class Overview:
    """Plain values for a page or a terminal. Times are in UTC, in words."""

    totals: dict[str, int]
    letters: Row
    courses: list[Row]
    subscribers: list[Row]
    failures: list[Row]


def overview(session: Session, now: datetime) -> Overview:
    return Overview(
        totals=_totals(session),
        letters=_letters(read_status(session, now)),
        courses=[_course(session, course) for course in session.exec(select(Course))],
        subscribers=subscriber_rows.newest(session, SHOWN),
        failures=_failures(session, now),
    )


def _totals(session: Session) -> dict[str, int]:
    states = _counts(session, col(Subscriber.state))
    written = session.exec(select(func.count()).select_from(Reflection)).one()
    return {
        "confirmed": states["confirmed"],
        "to confirm": states["pending"],
        "left": states["left"],
        "reflections": written,
    }


def _counts(session: Session, column: Any) -> Counter[str]:
    return Counter(dict(session.exec(select(column, func.count()).group_by(column)).all()))


def _letters(status: Status) -> Row:
    return {
        "figures": {
            "due now": status.due,
            "in flight": status.in_flight,
            "for later": status.later,
            "sent today": status.sent_today,
            **{state: status.states[state] for state in STATES},
        },
        "trouble": STATES,
        "more": status.more,
        "line": _line(status),
        "active_claims": [
            {
                "worker": held.worker,
                "transport": held.transport,
                "letters": held.letters,
                "since": figures.span(status.at - held.since),
                "over": held.until < status.at,
            }
            for held in status.active_claims
        ],
        "transport_counts": [
            {**asdict(counts), "rate": figures.a_minute(counts.rate)}
            for counts in status.transport_counts
        ],
        "reasons": [_group(group) for group in status.reasons],
        "domains": [_group(group) for group in status.domains],
    }


def _line(status: Status) -> str:
    """How it goes, in a sentence or two."""
    if status.oldest is None:
        waits = "Nothing is due."
    else:
        waits = f"The oldest letter that is due has waited for {figures.span(status.oldest)}."
    goes = f" Letters go out at {figures.a_minute(status.rate)}." if status.rate else ""
    return waits + goes


def _group(group: Group) -> Row:
    states = [f"{count:,} {state}" for state, count in group.states.most_common()]
    return {"name": group.name, "letters": group.letters, "states": ", ".join(states)}


def _course(session: Session, course: Course) -> Row:
    sequence = catalogue.current(session, course.id or 0).sequence
    past: Counter[str] = Counter()
    here: Counter[str] = Counter()
    for done, goes_on, people in _places(session, course):
        past.update(dict.fromkeys(done, people))
        if goes_on and (step := sequence.next_step(done)):
            here[step] += people
    troubled = _troubled(session, course)
    rows = [
        {
            "step": sequence.title_of(step),
            "waiting": here[step],
            "past": past[step],
            "troubled": troubled[step],
        }
        for step in sequence.steps
    ]
    return {"title": course.title, "rows": rows}


def _places(session: Session, course: Course) -> list[tuple[list[str], bool, int]]:
    """How many people have the same steps behind them: a few rows, however many they are."""
    done, goes_on = cast(col(Enrollment.done), Text), col(Enrollment.next_send_at).is_not(None)
    query = select(done, goes_on, func.count()).where(Enrollment.course_id == course.id)
    found = session.exec(query.group_by(done, goes_on)).all()
    return [(json.loads(words), bool(next_), count) for words, next_, count in found]


def _troubled(session: Session, course: Course) -> Counter[str]:
    """By step, those that a person has to look at: what was put off goes on by itself."""
    newest = (
        select(Delivery.slot, Delivery.kind, Delivery.enrollment_id)
        .where(NEEDS_ATTENTION)
        .order_by(col(Delivery.id).desc())
        .limit(SAMPLE_LIMIT)
        .subquery()
    )
    counts = session.exec(
        select(newest.c.slot, func.count())
        .join(Enrollment, col(Enrollment.id) == newest.c.enrollment_id)
        .where(Enrollment.course_id == course.id)
        .where(newest.c.kind.in_(STEPS))
        .group_by(newest.c.slot)
    )
    return Counter(dict(counts.all()))


def _failures(session: Session, now: datetime) -> list[Row]:
    """The newest in trouble, and the first of those that were put off; each from its index."""
    query = with_subscriber(columns(Delivery, col(Subscriber.address)))
    over = query.where(NEEDS_ATTENTION).order_by(col(Delivery.id).desc()).limit(SHOWN)
    later = query.where(col(Delivery.try_at) > now).order_by(col(Delivery.try_at)).limit(SHOWN)
    deferred = [
        (delivery, address)
        for queue in QUEUES
        for delivery, address in session.execute(later.where(queue))
        if delivery.state is DeliveryState.DEFERRED
    ]
    found = sorted([*session.execute(over), *deferred], key=lambda row: row[0].due_at, reverse=True)
    return [
        {
            "when": subscriber_rows.when(delivery.due_at),
            "kind": delivery.kind.value,
            "address": address,
            "state": delivery.state.value,
            "words": delivery.words,
            "attempts": delivery.attempts,
        }
        for delivery, address in found[:SHOWN]
    ]
