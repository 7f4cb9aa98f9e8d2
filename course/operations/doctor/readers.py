"""Readers whose next letter lies further ahead than their course ever puts one.

A clock that was wrong for an hour may have moved them by months. Nothing is late then, so nothing
else tells of them.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from course.db.transactions import reading
from course.letters import catalogue
from course.letters.catalogue import Edition
from course.models import Enrollment, EnrollmentState
from course.operations.doctor.check_result import CheckResult, Level
from course.runtime.process import Runtime
from sequences.pattern import DAY

# Beyond the longest wait for the course's own days, and for a reader's own in a week.
SPARE = timedelta(days=7 + 14)


def check_readers(runtime: Runtime) -> Iterator[CheckResult]:
    """What can't be read (a course, the database) is left out: that is a finding of its own."""
    try:
        yield from _examine(runtime)
    except SQLAlchemyError:
        return


def _examine(runtime: Runtime) -> Iterator[CheckResult]:
    with reading(runtime.engine) as session:
        for slug in catalogue.slugs(session):
            try:
                edition = catalogue.by_slug(session, slug)
            except catalogue.NoSuchCourse:
                continue
            if number := _too_far(session, edition, runtime.now()):
                yield CheckResult(Level.ERROR, slug, _words(number))


def _too_far(session: Session, edition: Edition, now: datetime) -> int:
    """How many are in mid-course, have not paused, and wait longer than the course says."""
    furthest = now + edition.sequence.schedule.longest_wait * DAY + SPARE
    return session.exec(
        select(func.count())
        .select_from(Enrollment)
        .where(
            col(Enrollment.next_send_at) > furthest,
            Enrollment.state == EnrollmentState.ACTIVE,
            Enrollment.course_id == edition.course_id,
        )
    ).one()


def _words(number: int) -> str:
    who = "1 reader waits" if number == 1 else f"{number:,} readers wait"
    return (
        f"{who} weeks longer for the next letter than the course says, and has not paused. "
        "Was a clock wrong? Restore a backup from before; or who saves the schedule on the page of "
        "their pace goes on from their last letter."
    )
