"""Comparing: what a compiled course changes about the published one, and for how many readers."""

import json

from sqlalchemy import Text, cast, or_
from sqlmodel import Session, col, func, select

from course.authoring.compiling import Compilation
from course.letters import catalogue
from course.letters.catalogue import NoSuchCourse
from course.models import Enrollment
from course.models.enrollment import RUNNING
from sequences.changes import Change, Standing, changes


def compare(session: Session, compilation: Compilation) -> list[Change]:
    """Nothing where the course was not published yet, or what was can't be read any more."""
    sequence = compilation.sequence
    try:
        before = catalogue.by_slug(session, sequence.slug)
    except NoSuchCourse:
        return []
    if before.sequence == sequence:
        return []
    return changes(before.sequence, sequence, _standings(session, before.course_id))


def _standings(session: Session, course_id: int) -> list[Standing]:
    """Readers who have the same steps behind them, counted together, in one look at the table."""
    done = cast(col(Enrollment.done), Text)
    on_course_days = or_(col(Enrollment.days).is_(None), col(Enrollment.at).is_(None))
    found = session.exec(
        select(done, on_course_days, func.count())
        .where(Enrollment.course_id == course_id, col(Enrollment.state).in_(RUNNING))
        .group_by(done, on_course_days)
    )
    return [
        Standing(frozenset(json.loads(steps)), bool(theirs), number)
        for steps, theirs, number in found
    ]
