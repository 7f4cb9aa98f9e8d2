"""A compiled course → rows: a new revision with its letters, where anything has changed."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from course.authoring import next_dates, revisions
from course.authoring.compiling import Compilation, NotPublishable
from course.authoring.pictures import Encoded
from course.authoring.sampler_pdf import TypesettingError, sampler_pdf
from course.letters.phrases import catalog_for, letter_phrases
from course.models import Course, Revision
from sequences.course_schedule import Schedule
from sequences.findings import Finding
from sequences.folder import SAMPLER
from sequences.sequence import Sequence


def publish(session: Session, compilation: Compilation, now: datetime) -> int | None:
    """Store the course as a new revision; its number, or None where nothing has changed.

    Where its schedule has changed, the next letters of those who follow it move.
    """
    sequence = compilation.sequence
    course = revisions.owner(session, Course, sequence)
    newest = revisions.newest(session, Revision.course_id == course.id)
    made = revisions.following(newest, compilation.digest, sequence.to_json(), now)
    if made is None:
        return None
    made.course_id = course.id
    made.sampler_pdf = _pdf(sequence, compilation.pictures)
    revisions.add(session, made, compilation.letters, compilation.pictures)
    if newest is not None:
        _follow(session, newest, sequence.schedule, now)
    return made.number


def _follow(session: Session, newest: Revision, schedule: Schedule, now: datetime) -> None:
    """The enrolled too. A revision that can't be read has no schedule to compare with."""
    try:
        before = Sequence.from_json(newest.sequence).schedule
    except ValueError:
        return
    next_dates.move(session, newest.course_id or 0, before, schedule, now)


def _pdf(sequence: Sequence, pictures: Mapping[str, Encoded]) -> bytes | None:
    if (sampler := sequence.sampler) is None:
        return None
    about = sequence.title, sequence.language, letter_phrases(catalog_for(sequence))
    house, care = sequence.mark == "stones", sequence.identity.care
    try:
        return sampler_pdf(sampler, sequence.brand, *about, pictures, house, care)
    except TypesettingError as error:
        message = "The sampler can't be printed as a PDF."
        finding = Finding(SAMPLER, sampler.line, message, "Simplify it.")
        raise NotPublishable([finding]) from error
