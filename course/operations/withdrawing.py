"""Closing a course to new readers, opening it again, and withdrawing it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from course.letters import kinds
from course.models import (
    Course,
    CourseState,
    Delivery,
    DeliveryKind,
    Enrollment,
    EnrollmentState,
    Revision,
)
from course.models.enrollment import RUNNING
from course.outbox import deliveries

# What comes at its hour, and what would ask to begin.
CALLED_OFF = (*kinds.which(lambda kind: kind.paced), DeliveryKind.CONFIRMATION)


@dataclass(frozen=True)
class PublishedCourse:
    """`readers`: how many enrollments there are in each state."""

    id: int
    slug: str
    title: str
    state: CourseState
    revision: int
    published_at: datetime | None
    readers: Counter[EnrollmentState]

    @property
    def on_their_way(self) -> int:
        return sum(self.readers[state] for state in RUNNING)


def published(session: Session) -> list[PublishedCourse]:
    """Every course, the one published first at the head."""
    readers, revisions = _readers(session), _revisions(session)
    return [
        PublishedCourse(
            id=course.id or 0,
            slug=course.slug,
            title=course.title,
            state=course.state,
            revision=revisions.get(course.id or 0, (0, None))[0],
            published_at=revisions.get(course.id or 0, (0, None))[1],
            readers=readers.get(course.id or 0, Counter()),
        )
        for course in session.exec(select(Course).order_by(col(Course.id)))
    ]


def set_state(session: Session, course_id: int, state: CourseState) -> None:
    """Withdrawn, it ends for everybody who is in it; opened again, they may begin anew."""
    session.execute(update(Course).where(col(Course.id) == course_id).values(state=state))
    if state is CourseState.WITHDRAWN:
        _end(session, course_id)


def _end(session: Session, course_id: int) -> None:
    """The enrollments first: that waits for a clock that writes letters to them at this moment."""
    here = update(Enrollment).where(col(Enrollment.course_id) == course_id)
    nothing: dict[str, None] = {"next_send_at": None, "nudge_at": None, "paused_until": None}
    session.execute(
        here.where(col(Enrollment.state).in_(RUNNING))
        .values(state=EnrollmentState.FINISHED, nudge_step=None, **nothing)
        .execution_options(synchronize_session=False)
    )
    theirs = select(Enrollment.id).where(col(Enrollment.course_id) == course_id)
    deliveries.withdraw(
        session, col(Delivery.enrollment_id).in_(theirs), col(Delivery.kind).in_(CALLED_OFF)
    )


def _readers(session: Session) -> dict[int, Counter[EnrollmentState]]:
    found: dict[int, Counter[EnrollmentState]] = {}
    places = col(Enrollment.course_id), col(Enrollment.state)
    for course_id, state, number in session.exec(select(*places, func.count()).group_by(*places)):
        found.setdefault(course_id, Counter())[EnrollmentState(state)] = number
    return found


def _revisions(session: Session) -> dict[int, tuple[int, datetime]]:
    """The newest of each course: its number and when it was published."""
    rows = session.exec(
        select(Revision.course_id, Revision.number, Revision.published_at).order_by(
            col(Revision.number)
        )
    )
    return {course_id: (number, at) for course_id, number, at in rows if course_id}
