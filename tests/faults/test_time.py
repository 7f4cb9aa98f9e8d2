"""A year in many zones: every lesson once, at the reader's own hour, through every change."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert
from sqlmodel import col, select

from course.db.transactions import reading, transaction
from course.letters import catalogue
from course.models import Delivery, DeliveryKind, DeliveryState, Enrollment, Subscriber
from course.scheduling import clock_loop
from course.sending import delivering
from emails.transports.memory import MemoryTransport
from sequences.progress import first_send_at
from tests.faults.scene import FULL
from tests.support.world import World

READERS, BEFORE_JUMPS = (1_000, 8) if FULL else (12, 12)

ZONES = (
    "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Tokyo", "Asia/Kathmandu",
    "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Kiritimati", "Africa/Casablanca",
    "America/St_Johns", "Asia/Tehran", "UTC",
)  # fmt: skip
HOURS = ("02:30", "19:30", "00:00", "23:59", None)

NEW_YEAR = datetime(2027, 1, 1, tzinfo=UTC)
WEEK = timedelta(days=7)
STEPS = 6  # five lessons and the closing letter


@pytest.fixture
def crowd(world: World) -> World:
    """Readers who begin all over the year, in many zones, at awkward hours."""
    with reading(world.runtime.engine) as session:
        edition = catalogue.current(session, 1)
    people, places = [], []
    for n in range(1, READERS + 1):
        zone, at = ZONES[n % len(ZONES)], HOURS[n % len(HOURS)]
        begins = NEW_YEAR + timedelta(minutes=n * 365 * 1440 * 7 // (READERS * 8))
        place = {"days": str(n % 7) if at else None, "at": at, "zone": zone}
        window = edition.window(SimpleNamespace(**place))
        base = {"id": n, "created_at": begins}
        key = f"reader{n}@example.org"
        person = {"address": key, "address_key": key, "state": "confirmed"}
        people.append({**base, **person, "first_name": "", "newsletters": True})
        first = {
            "next_send_at": first_send_at(edition.sequence.schedule, begins, window),
            "state": "active",
            "done": [],
        }
        places.append({**base, **place, **first, "subscriber_id": n, "course_id": 1, "round": 1})
    with transaction(world.runtime.engine) as session:
        session.execute(insert(Subscriber), people)
        session.execute(insert(Enrollment), places)
    world.clock.at = NEW_YEAR
    return world


def lessons(world: World) -> list[tuple[str, str | None, datetime, datetime, str]]:
    """Zone, hour, slot, when it was sent, and to whom, of every lesson and closing letter."""
    with reading(world.runtime.engine) as session:
        found = session.execute(
            select(Enrollment.zone, Enrollment.at, Delivery.due_at, Delivery.sent_at)
            .add_columns(col(Subscriber.address))
            .join(Enrollment, col(Enrollment.id) == Delivery.enrollment_id)
            .join(Subscriber, col(Subscriber.id) == Enrollment.subscriber_id)
            .where(col(Delivery.state) == DeliveryState.SENT)
            .where(col(Delivery.kind).in_((DeliveryKind.LESSON, DeliveryKind.CLOSING)))
        )
        return [tuple(row) for row in found]


def test_a_year(crowd: World) -> None:
    crowd.go(NEW_YEAR + 60 * WEEK)
    found = lessons(crowd)
    assert Counter(address for *_, address in found) == Counter(
        {f"reader{n}@example.org": STEPS for n in range(1, READERS + 1)}
    )
    for zone, at, slot, sent_at, _ in found:
        assert sent_at - slot <= timedelta(seconds=1)
        local = f"{slot.astimezone(ZoneInfo(zone)):%H:%M}"
        # 02:30 is skipped on one night: the letter comes at the first instant after the gap.
        assert local == (at or "19:30") or (at == "02:30" and local in ("03:00", "02:00")), zone
        assert at != "00:00" or local in ("00:00", "01:00")


def arrivals(world: World) -> Counter[tuple[str, bytes]]:
    """How often each letter arrived, by its reader and its Message-ID."""
    transport = world.runtime.transports[0].transport
    assert isinstance(transport, MemoryTransport)
    return Counter(
        (sent.recipient, sent.data.partition(b"Message-ID: ")[2][:60]) for sent in transport.sent
    )


HOUR, YEAR = timedelta(hours=1), timedelta(days=365)


def test_a_clock_that_jumps_sends_nothing_twice(crowd: World) -> None:
    """The year ahead comes last: then everybody is due."""
    crowd.go(NEW_YEAR + BEFORE_JUMPS * WEEK)
    for jump in (HOUR, -HOUR, -YEAR, YEAR):
        before = crowd.clock.at
        crowd.clock.at += jump
        for _ in range(3):
            clock_loop.write_due(crowd.runtime)
            delivering.deliver_due(crowd.runtime)
        crowd.clock.at = before + timedelta(minutes=1)
        crowd.go(WEEK)
        assert max(arrivals(crowd).values()) == 1, jump
