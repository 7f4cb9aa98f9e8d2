"""The clock's work: who is due gets a row in the outbox, and the slot after that one.

Hundreds at a time. Readers of one zone who wait for the same lesson at the same hour take the same
step, so it is decided once for all of them.
"""

import json
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import JSON, Text, bindparam, cast, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from course.db import bulk
from course.letters import catalogue
from course.models import (
    Delivery,
    DeliveryKind,
    DeliveryState,
    Enrollment,
    EnrollmentState,
    Reflection,
)
from course.models.columns import Moment, table
from course.outbox import deliveries
from course.outbox.deliveries import LetterOrder
from course.outbox.orders import Enqueuer, order
from sequences.progress import Finish, Progress, Send, Wait, decide, nudge_at
from sequences.schedule import Window

log = logging.getLogger(__name__)

BATCH = 500

# An enrollment that can't go on (a zone that is no more, say) is looked at again after so long.
STUCK = timedelta(hours=1)

_enrollment = table(Enrollment)


class Place(NamedTuple):
    """An enrollment as plain values; `done` as the database has it."""

    id: int
    course_id: int
    state: EnrollmentState
    round: int
    done: str
    weekday: int | None
    at: str | None
    zone: str
    next_send_at: datetime | None
    nudge_at: datetime | None
    nudge_step: str | None


# New values of an enrollment's columns, and the ids of those that get them, each in a row.
Change = tuple[Any, ...]


class Move(NamedTuple):
    """The enrollment's columns after a letter was written."""

    state: EnrollmentState
    done: str
    last_sent_at: datetime | None
    next_send_at: datetime | None
    nudge_at: datetime | None
    nudge_step: str | None
    paused_until: datetime | None = None


_KINDS: Mapping[str, bulk.Column] = {
    "state": bulk.TEXT,
    "done": JSON(),
    "last_sent_at": bulk.TIMESTAMP,
    "next_send_at": bulk.TIMESTAMP,
    "nudge_at": bulk.TIMESTAMP,
    "nudge_step": bulk.TEXT,
    "paused_until": bulk.TIMESTAMP,
}
_WAIT = ("next_send_at",)
_FINISH = ("state", "next_send_at")
_ASKED = ("nudge_at",)


class Party(NamedTuple):
    """Places that take the same step. `move` is none where nothing is sent."""

    step: LetterOrder | Wait | Finish
    move: Move | None
    places: list[Place]

    def after(self, *values: Any) -> Change:
        """What their columns are from now on."""
        return *values, [(place.id,) for place in self.places]


def dispatch_due(session: Session, enqueuer: Enqueuer, now: datetime) -> int:
    """Write up to a batch of letters whose hour has come; how many enrollments there were."""
    places = _due(session, "next_send_at", now)
    letters, moves, waits, ends = [], [], [], []
    for party in Timetable(session, now).parties(places):
        match party:
            case Party(LetterOrder() as order, Move() as move):
                letters.append((order, [enqueuer.new_delivery(place) for place in party.places]))
                moves.append(party.after(*move))
            case Party(Wait() as step):
                waits.append(party.after(step.until))
            case Party(Finish()):
                ends.append(party.after(EnrollmentState.FINISHED, None))
    deliveries.put(session, letters)
    _update(session, Move._fields, moves)
    _update(session, _WAIT, waits)
    _update(session, _FINISH, ends)
    return len(places)


def nudge_due(session: Session, enqueuer: Enqueuer, now: datetime) -> int:
    """Ask once more about a lesson that arrived, if nothing was written.

    A nudge that is late is dropped, and so is one about a lesson that nobody can have read.
    """
    places = _due(session, "nudge_at", now)
    timetable = Timetable(session, now)
    asked_about = _arrived(session, places) - _written(session, places)
    letters = []
    for place in places:
        if (place.id, place.round, place.nudge_step) not in asked_about:
            continue
        if nudge := timetable.nudge(place):
            letters.append((nudge, [enqueuer.new_delivery(place)]))
    deliveries.put(session, letters)
    if places:
        _update(session, _ASKED, [(None, [(place.id,) for place in places])])
    return len(places)


class Timetable:
    """What comes next for the places of one batch, decided once for all that are alike."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._editions, self._now = catalogue.EditionCache(session), now

    def edition(self, place: Place) -> catalogue.Edition:
        return self._editions.current(place.course_id)

    def nudge(self, place: Place) -> LetterOrder | None:
        """None where there is nothing to ask, or it is too late to."""
        try:
            edition = self.edition(place)
        except LookupError as error:
            return self._tell(place, error)
        limit = edition.sequence.schedule.lateness
        step, due_at = place.nudge_step or "", place.nudge_at or self._now
        if place.state is not EnrollmentState.ACTIVE or not _asks(edition, step):
            return None
        if self._now - due_at > limit:
            return None
        return order(edition, DeliveryKind.NUDGE, step, due_at, self._now, limit)

    def parties(self, places: list[Place]) -> list[Party]:
        known: dict[Any, Party] = {}
        for place in places:
            hour = (place.next_send_at, place.zone, place.weekday, place.at)
            alike = (place.course_id, place.done, *hour)
            if (party := known.get(alike)) is None:
                party = known[alike] = Party(*self._decided(place), [])
            party.places.append(place)
        return list(known.values())

    def _decided(self, place: Place) -> tuple[LetterOrder | Wait | Finish, Move | None]:
        try:
            edition = self.edition(place)
            window = edition.window(place)
            progress = Progress(frozenset(json.loads(place.done)), place.next_send_at, window)
            step = decide(edition.sequence, progress, self._now)
            if not isinstance(step, Send):
                return step, None
            return self._order(edition, step), _move(edition, place, window, step)
        except (LookupError, ValueError) as error:
            self._tell(place, error)
            return Wait(self._now + STUCK), None

    @staticmethod
    def _tell(place: Place, error: Exception) -> None:
        """It holds up none of the others."""
        ids = {"enrollment": place.id}
        log.error("enrollment %d can't go on: %r", place.id, error, extra=ids)

    def _order(self, edition: catalogue.Edition, step: Send) -> LetterOrder:
        kind = DeliveryKind.CLOSING if step.step == "closing" else DeliveryKind.LESSON
        limit = edition.sequence.schedule.lateness
        return order(edition, kind, step.step, step.slot, self._now, limit)


def _move(edition: catalogue.Edition, place: Place, window: Window, step: Send) -> Move:
    schedule = edition.sequence.schedule
    over = step.next_send_at is None
    asks = not over and _asks(edition, step.step)
    return Move(
        state=EnrollmentState.FINISHED if over else EnrollmentState.ACTIVE,
        done=json.dumps([*json.loads(place.done), step.step]),
        last_sent_at=step.slot,
        next_send_at=step.next_send_at,
        nudge_at=nudge_at(schedule, step.slot, window) if asks else None,
        nudge_step=step.step if asks else None,
    )


def _asks(edition: catalogue.Edition, step: str) -> bool:
    """The course still has that lesson, with its question, and a letter to ask it again."""
    lesson = edition.sequence.lesson(step)
    return lesson is not None and lesson.prompt is not None and "nudge" in edition.letters


def _due(session: Session, column: str, now: datetime) -> list[Place]:
    """The longest waiting first; nobody else takes them until the end of the transaction."""
    found: Any = session.connection().execute(_waiting(column), {"now": now})
    return list(map(Place._make, found.all()))


@cache
def _waiting(name: str) -> Any:
    column = _enrollment.c[name]
    columns: dict[str, Any] = {name: _enrollment.c[name] for name in Place._fields}
    # Alike in every row of a batch, so it is read as text, and understood once.
    columns["done"] = cast(_enrollment.c.done, Text)
    return (
        select_columns(*columns.values())
        .where(column <= bindparam("now", type_=Moment()))
        .order_by(column, _enrollment.c.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True, key_share=True, of=_enrollment)
    )


def _update(session: Session, columns: tuple[str, ...], changes: list[Change]) -> None:
    """One statement for the batch."""
    if changes:
        statement = _change(bulk.dialect(session), columns)
        session.connection().execute(statement, bulk.values_parameter(session, changes))


@cache
def _change(dialect: str, columns: tuple[str, ...]) -> Any:
    shared = {name: _KINDS[name] for name in columns}
    given = bulk.values_table(dialect, shared, {"id": bulk.INTEGER})
    return (
        update(_enrollment)
        .where(_enrollment.c.id == given.c.id)
        .values({name: given.c[name] for name in columns})
    )


def _written(session: Session, places: list[Place]) -> set[tuple[int, int, str]]:
    """The (enrollment, round, lesson) that have a reflection."""
    found = session.exec(
        select(Reflection.enrollment_id, Reflection.round, Reflection.step).where(
            col(Reflection.enrollment_id).in_([place.id for place in places])
        )
    )
    return set(found)


def _arrived(session: Session, places: list[Place]) -> set[tuple[int, int, str]]:
    """The (enrollment, round, lesson) that the server took, or may have taken."""
    found = session.exec(
        select(Delivery.enrollment_id, Delivery.round, Delivery.slot).where(
            col(Delivery.enrollment_id).in_([place.id for place in places]),
            Delivery.kind == DeliveryKind.LESSON,
            col(Delivery.state).in_((DeliveryState.SENT, DeliveryState.UNCERTAIN)),
        )
    )
    return set(found)
