"""The subscriber owns the pace: pause, change the hour, skip, repeat, restart.

Each verb first takes back what is written but not handed over, so that nothing arrives which
the page has just promised away.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from course.i18n.catalogs import Catalog
from course.letters import course_states
from course.letters.course_states import Withdrawn
from course.models import EnrollmentState
from course.models.enrollment import BEGUN, RUNNING
from course.subscribers import enrolling, recalls
from course.subscribers.place import Place
from sequences.course_schedule import Schedule
from sequences.pattern import DAY, Pattern
from sequences.progress import resume_at
from sequences.schedule import known_zone

# A pause ends by itself within a year; "until I say so" has no end.
LONGEST_PAUSE = timedelta(days=366)


class NotPossible(Exception):
    """The wish can't be met as things stand; the message says why, for the page."""


def pause(session: Session, place: Place, until: date | None, now: datetime) -> None:
    """Nothing comes before `until` (a date in its reader's zone), or until told."""
    lock_in_state(session, place, now, *RUNNING)
    zone = ZoneInfo(known_zone(place.enrollment.zone))
    today = now.astimezone(zone).date()
    if until is not None and not today < until <= today + LONGEST_PAUSE:
        raise NotPossible(
            place.catalog.gettext("Choose a date from tomorrow on, at most a year away.")
        )
    recalls.recall_unsent(session, place.enrollment)
    enrollment = place.enrollment
    enrollment.state, enrollment.nudge_at = EnrollmentState.PAUSED, None
    enrollment.paused_until = enrollment.next_send_at = None
    if until is not None:
        enrollment.paused_until = datetime.combine(until, time(), zone)
        enrollment.next_send_at = _next_opening(place, enrollment.paused_until)


def resume(session: Session, place: Place, now: datetime) -> None:
    """Go on where it stopped, at the next opening."""
    lock_in_state(session, place, now, EnrollmentState.PAUSED)
    _go_on(session, place, now)


def reschedule(
    session: Session, place: Place, days: frozenset[int], at: time, zone: str, now: datetime
) -> None:
    """Other days, hour or zone. A pause until a date stays one.

    What is as the course has it is no choice of one's own, and changes with the course. Where it
    lets nobody choose their days, `days` don't count.
    """
    lock_in_state(session, place, now, *BEGUN)
    schedule, enrollment = place.edition.sequence.schedule, place.enrollment
    if schedule.most_days:
        _require_days(schedule, days, place.catalog)
        own = "".join(map(str, sorted(days)))
        enrollment.days = None if days == schedule.days else own
    enrollment.at = None if at == schedule.at else f"{at:%H:%M}"
    enrollment.zone = zone
    move_next(session, place, now)


def follow_course(session: Session, place: Place, now: datetime) -> None:
    """The course's days and hour again, in one's own zone."""
    lock_in_state(session, place, now, *BEGUN)
    place.enrollment.days = place.enrollment.at = None
    move_next(session, place, now)


def send_next_now(session: Session, place: Place, step: str, now: datetime) -> None:
    """The next letter at once; the one after it at its own hour, some days later.

    `step` is the one that the page showed: by now it may have gone out.
    """
    lock_in_state(session, place, now, *RUNNING)
    _require_step(place, step)
    enrollment = place.enrollment
    enrollment.state, enrollment.paused_until = EnrollmentState.ACTIVE, None
    enrollment.next_send_at = now


def skip(session: Session, place: Place, step: str, now: datetime) -> None:
    """Leave the next step out, which the page showed; the one after it takes its hour."""
    lock_in_state(session, place, now, *RUNNING)
    _require_step(place, step)
    recalls.recall_unsent(session, place.enrollment)
    place.enrollment.done = [*place.enrollment.done, step]
    if place.next_step is None:
        place.enrollment.state = EnrollmentState.FINISHED
        place.enrollment.next_send_at = place.enrollment.paused_until = None
    elif place.enrollment.next_send_at is None and place.enrollment.state is EnrollmentState.ACTIVE:
        _go_on(session, place, now)


def restart(session: Session, place: Place, now: datetime) -> None:
    """From the first lesson again. What was written stays in the journal."""
    lock_in_state(session, place, now, *BEGUN)
    try:
        course_states.require_given(session, place.enrollment.course_id)
    except Withdrawn as error:
        raise NotPossible(place.catalog.gettext("This course has ended.")) from error
    recalls.recall_unsent(session, place.enrollment)
    place.enrollment.round += 1
    enrolling.begin(session, place.enrollment, now)


def move_next(session: Session, place: Place, now: datetime) -> None:
    """Of a locked enrollment: to the next opening of the days and the hour that count from now on.

    A pause until a date stays one.
    """
    enrollment = place.enrollment
    recalls.recall_unsent(session, enrollment)
    if enrollment.state is EnrollmentState.ACTIVE or enrollment.paused_until is not None:
        enrollment.next_send_at = _next_opening(place, max(enrollment.paused_until or now, now))


def lock_in_state(session: Session, place: Place, now: datetime, *states: EnrollmentState) -> None:
    """Lock the enrollment's row (`FOR NO KEY UPDATE`) and read what the clock may just have done.

    Raises `NotPossible` where it is in none of these states.
    """
    session.refresh(place.enrollment, with_for_update={"key_share": True})
    if place.enrollment.state not in states:
        raise NotPossible(place.line(now))


def _require_step(place: Place, step: str) -> None:
    if place.next_step is None:
        raise NotPossible(place.catalog.gettext("There are no more letters to come."))
    if step != place.next_step:
        raise NotPossible(
            place.catalog.gettext(
                "The next letter is a different one by now: %(title)s", title=place.next_title
            )
        )


def _require_days(schedule: Schedule, days: frozenset[int], catalog: Catalog) -> None:
    """As many as the course has in a week, and as far apart."""
    if not days:
        raise NotPossible(catalog.gettext("Choose a day of the week."))
    if len(days) > schedule.most_days:
        raise NotPossible(
            catalog.ngettext("Choose one day.", "Choose %(num)s days at most.", schedule.most_days)
        )
    if len(days) > 1 and Pattern(days).shortest_gap * DAY < schedule.distance(Pattern(days)):
        raise NotPossible(
            catalog.ngettext(
                "Choose days that are at least %(num)s day apart.",
                "Choose days that are at least %(num)s days apart.",
                schedule.distance(Pattern(days)).days,
            )
        )


def _go_on(session: Session, place: Place, now: datetime) -> None:
    """Of a locked enrollment: at the next opening."""
    place.enrollment.state, place.enrollment.paused_until = EnrollmentState.ACTIVE, None
    move_next(session, place, now)


def _next_opening(place: Place, after: datetime) -> datetime:
    enrollment, edition = place.enrollment, place.edition
    window = edition.window(enrollment)
    return resume_at(edition.sequence.schedule, after, window, enrollment.last_sent_at)
