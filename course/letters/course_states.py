"""Whether a course takes new readers, and whether it writes to those it has."""

from collections.abc import Callable
from time import monotonic
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Pool
from sqlmodel import Session, col, select

from course.db.transactions import reading
from course.models import Course, CourseState

# Seconds: a sign-up asks for it, and there may be a thousand of them in one.
CACHED_FOR = 1.0

# By the database's pool of connections, then by the course's id.
_cached: WeakKeyDictionary[Pool, dict[int, tuple[CourseState, float]]] = WeakKeyDictionary()


class Withdrawn(Exception):
    """Of this course nothing is sent any more, and nobody can begin it."""

    def __init__(self, course_id: int) -> None:
        super().__init__(course_id)
        self.course_id = course_id


def state_of(session: Session, course_id: int) -> CourseState:
    return CourseState(session.exec(select(Course.state).where(Course.id == course_id)).one())


def state_cached(
    engine: Engine, course_id: int, elapsed: Callable[[], float] = monotonic
) -> CourseState:
    """As it was at most `CACHED_FOR` seconds ago. `elapsed` tells seconds, from any beginning."""
    known, now = _cached.setdefault(engine.pool, {}), elapsed()
    state, until = known.get(course_id, (CourseState.OPEN, now))
    if now >= until:
        with reading(engine) as session:
            state = state_of(session, course_id)
        known[course_id] = state, now + CACHED_FOR
    return state


def require_given(session: Session, course_id: int) -> None:
    """Raises `Withdrawn`."""
    if state_of(session, course_id) is CourseState.WITHDRAWN:
        raise Withdrawn(course_id)


def withdrawn(session: Session) -> dict[int, str]:
    """The slugs of the courses that were withdrawn, by their ids."""
    found = select(Course.id, Course.slug).where(Course.state == CourseState.WITHDRAWN)
    return {id_: slug for id_, slug in session.exec(found.order_by(col(Course.id))) if id_}
