"""Whether a course takes new readers, and whether it writes to those it has."""

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from course.letters.recent import Recent
from course.models import Course, CourseState


class Withdrawn(Exception):
    """Of this course nothing is sent any more, and nobody can begin it."""

    def __init__(self, course_id: int) -> None:
        super().__init__(course_id)
        self.course_id = course_id


def state_of(session: Session, course_id: int) -> CourseState:
    return CourseState(session.exec(select(Course.state).where(Course.id == course_id)).one())


_recent = Recent(state_of)


def state_cached(engine: Engine, course_id: int) -> CourseState:
    """As it was a moment ago: a sign-up asks for it."""
    return _recent.get(engine, course_id)


def require_given(session: Session, course_id: int) -> None:
    """Raises `Withdrawn`."""
    if state_of(session, course_id) is CourseState.WITHDRAWN:
        raise Withdrawn(course_id)


def withdrawn(session: Session) -> dict[int, str]:
    """The slugs of the courses that were withdrawn, by their ids."""
    found = select(Course.id, Course.slug).where(Course.state == CourseState.WITHDRAWN)
    return {id_: slug for id_, slug in session.exec(found.order_by(col(Course.id))) if id_}
