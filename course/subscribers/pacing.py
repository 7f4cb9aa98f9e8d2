"""The subscriber owns the pace: pause, change the hour, skip, repeat, restart.

Each verb first takes back what is written but not handed over, so that nothing arrives which
the page has just promised away.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, select

from course.letters import catalogue, wording
from course.models import (
    Delivery,
    DeliveryKind,
    DeliveryState,
    Enrollment,
    EnrollmentState,
    Subscriber,
)
from course.outbox import deliveries
from course.subscribers import enrolling
from sequences.progress import resume_at
from sequences.schedule import known_zone, next_send_at

# A pause ends by itself within a year; "until I say so" has no end.
LONGEST_PAUSE = timedelta(days=366)


class NotPossible(Exception):
    """The wish can't be met as things stand; the message says why, for the page."""


@dataclass
class Place:
    """An enrollment with all that a change of pace needs."""

    enrollment: Enrollment
    subscriber: Subscriber
    edition: catalogue.Edition

    @property
    def next_step(self) -> str | None:
        steps = self.edition.sequence.steps
        return next((step for step in steps if step not in self.enrollment.done), None)

    @property
    def next_title(self) -> str:
        sequence, step = self.edition.sequence, self.next_step
        lesson = sequence.lesson(step) if step else None
        letter = sequence.letter(step) if step else None
        return lesson.title if lesson else letter.title if letter else ""

    @property
    def lessons_done(self) -> int:
        return sum(lesson.id in self.enrollment.done for lesson in self.edition.sequence.lessons)

    def line(self) -> str:
        """What comes next and when, in one sentence."""
        zone, next_at = self.enrollment.zone, self.enrollment.next_send_at
        match self.enrollment.state:
            case EnrollmentState.PAUSED if next_at is None:
                return "Paused. Nothing comes until you say so."
            case EnrollmentState.PAUSED if next_at is not None:
                return f"Paused. {wording.next_line(next_at, zone)}"
            case EnrollmentState.ACTIVE if next_at is not None:
                what = "next letter" if self.enrollment.done else "first lesson"
                return wording.next_line(next_at, zone, what)
            case EnrollmentState.FINISHED:
                return "That was the last letter of this course."
            case EnrollmentState.LEFT:
                return "You have left. Nothing more comes."
            case _:
                return "The course begins when you press the button in our first letter."


def place(session: Session, enrollment_id: int) -> Place | None:
    """None where the enrollment was erased."""
    found = session.exec(
        select(Enrollment, Subscriber)
        .join(Subscriber, col(Subscriber.id) == Enrollment.subscriber_id)
        .where(Enrollment.id == enrollment_id)
    ).one_or_none()
    if found is None:
        return None
    enrollment, subscriber = found
    return Place(enrollment, subscriber, catalogue.current(session, enrollment.course_id))


def pause(session: Session, place: Place, until: date | None, now: datetime) -> None:
    """Nothing comes before `until` (a date in its reader's zone), or until told."""
    _hold(session, place, EnrollmentState.ACTIVE, EnrollmentState.PAUSED)
    zone = ZoneInfo(known_zone(place.enrollment.zone))
    today = now.astimezone(zone).date()
    if until is not None and not today < until <= today + LONGEST_PAUSE:
        raise NotPossible("Choose a day from tomorrow on, at most a year away.")
    _take_back(session, place)
    enrollment = place.enrollment
    enrollment.state, enrollment.nudge_at = EnrollmentState.PAUSED, None
    enrollment.paused_until = enrollment.next_send_at = None
    if until is not None:
        enrollment.paused_until = datetime.combine(until, time(), zone)
        enrollment.next_send_at = _next_opening(place, enrollment.paused_until)


def resume(session: Session, place: Place, now: datetime) -> None:
    """Go on where it stopped, at the next opening."""
    _hold(session, place, EnrollmentState.PAUSED)
    _go_on(session, place, now)


def reschedule(
    session: Session, place: Place, weekday: int, at: time, zone: str, now: datetime
) -> None:
    """Another day, hour or zone. A pause until a date stays one."""
    _hold(session, place, EnrollmentState.ACTIVE, EnrollmentState.PAUSED, EnrollmentState.FINISHED)
    _take_back(session, place)
    enrollment = place.enrollment
    enrollment.weekday, enrollment.at, enrollment.zone = weekday, f"{at:%H:%M}", zone
    if enrollment.state is EnrollmentState.ACTIVE or enrollment.paused_until is not None:
        enrollment.next_send_at = _next_opening(place, max(enrollment.paused_until or now, now))


def send_next_now(session: Session, place: Place, step: str, now: datetime) -> None:
    """The next letter at once; the one after it at its own hour, some days later.

    `step` is the one that the page showed: by now it may have gone out.
    """
    _hold(session, place, EnrollmentState.ACTIVE, EnrollmentState.PAUSED)
    _as_shown(place, step)
    enrollment = place.enrollment
    enrollment.state, enrollment.paused_until = EnrollmentState.ACTIVE, None
    enrollment.next_send_at = now


def skip(session: Session, place: Place, step: str, now: datetime) -> None:
    """Leave the next step out, which the page showed; the one after it takes its hour."""
    _hold(session, place, EnrollmentState.ACTIVE, EnrollmentState.PAUSED)
    _as_shown(place, step)
    _take_back(session, place)
    place.enrollment.done = [*place.enrollment.done, step]
    if place.next_step is None:
        place.enrollment.state = EnrollmentState.FINISHED
        place.enrollment.next_send_at = place.enrollment.paused_until = None
    elif place.enrollment.next_send_at is None and place.enrollment.state is EnrollmentState.ACTIVE:
        _go_on(session, place, now)


def restart(session: Session, place: Place, now: datetime) -> None:
    """From the first lesson again. What was written stays in the journal."""
    _hold(session, place, EnrollmentState.ACTIVE, EnrollmentState.PAUSED, EnrollmentState.FINISHED)
    _take_back(session, place)
    place.enrollment.round += 1
    enrolling.begin(session, place.enrollment, now)


def give_back(enrollment: Enrollment, steps: set[str]) -> None:
    """These steps were not sent after all: their turn comes again."""
    enrollment.done = [step for step in enrollment.done if step not in steps]
    if enrollment.state is EnrollmentState.FINISHED:
        enrollment.state = EnrollmentState.ACTIVE
    enrollment.nudge_at = None


def call_back(session: Session, delivery_ids: list[int], now: datetime) -> int:
    """Take back written letters that are out of their turn; how many there were.

    Either their hour is over, or the reader paused or began anew while the server was putting
    them off. A step comes again in its turn, at the next opening and not at three in the morning;
    a nudge is dropped.
    """
    found = session.exec(
        select(Delivery, Enrollment)
        .join(Enrollment, col(Enrollment.id) == Delivery.enrollment_id)
        .where(col(Delivery.id).in_(delivery_ids), deliveries.is_waiting(now))
        .with_for_update(skip_locked=True, key_share=True, of=(Delivery, Enrollment))
    ).all()
    editions = catalogue.EditionCache(session)
    for delivery, enrollment in found:
        delivery.state, delivery.try_at = DeliveryState.WITHDRAWN, None
        if delivery.kind is not DeliveryKind.NUDGE and delivery.round == enrollment.round:
            give_back(enrollment, {delivery.slot})
            if enrollment.state is EnrollmentState.ACTIVE:
                enrollment.next_send_at = _opening(editions, enrollment, now)
    return len(found)


def _opening(editions: catalogue.EditionCache, enrollment: Enrollment, now: datetime) -> datetime:
    """Where the course can't be read it is now, and the clock says what is wrong."""
    try:
        window = editions.current(enrollment.course_id).window(enrollment)
    except catalogue.NoSuchCourse:
        return now
    return next_send_at(now, timedelta(0), window)


def _as_shown(place: Place, step: str) -> None:
    if place.next_step is None:
        raise NotPossible("There is no letter left.")
    if step != place.next_step:
        raise NotPossible(f"Meanwhile the next letter is another one: {place.next_title}.")


def _go_on(session: Session, place: Place, now: datetime) -> None:
    _take_back(session, place)
    place.enrollment.state, place.enrollment.paused_until = EnrollmentState.ACTIVE, None
    place.enrollment.next_send_at = _next_opening(place, now)


def _next_opening(place: Place, after: datetime) -> datetime:
    enrollment, edition = place.enrollment, place.edition
    window = edition.window(enrollment)
    return resume_at(edition.sequence.schedule, after, window, enrollment.last_sent_at)


def _take_back(session: Session, place: Place) -> None:
    """Withdraw the unsent letters of this enrollment and give their steps back."""
    taken = deliveries.withdraw(
        session,
        col(Delivery.enrollment_id) == place.enrollment.id,
        col(Delivery.kind).in_(deliveries.PACED),
    )
    steps = {slot for kind, slot in taken if kind != DeliveryKind.NUDGE}
    if steps:
        give_back(place.enrollment, steps)
        place.enrollment.last_sent_at = _last_sent_at(session, place.enrollment)


def _last_sent_at(session: Session, enrollment: Enrollment) -> datetime | None:
    return session.exec(
        select(func.max(Delivery.due_at)).where(
            Delivery.enrollment_id == enrollment.id,
            col(Delivery.kind).in_((DeliveryKind.LESSON, DeliveryKind.CLOSING)),
            Delivery.state != DeliveryState.WITHDRAWN,
        )
    ).one()


def _hold(session: Session, place: Place, *states: EnrollmentState) -> None:
    """Keep the clock away until we are done, and look at what it may just have done."""
    session.refresh(place.enrollment, with_for_update={"key_share": True})
    if place.enrollment.state not in states:
        raise NotPossible(place.line())
