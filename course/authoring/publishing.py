"""A compiled course → rows: a new revision with its letters, where anything has changed."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, col, select

from course.authoring import next_dates
from course.authoring.compiling import Compilation, NotPublishable
from course.authoring.pictures import Encoded
from course.authoring.sampler_pdf import TypesettingError, sampler_pdf
from course.letters.phrases import catalog_for, letter_phrases
from course.models import Course, Letter, Picture, PictureType, Revision, RevisionPicture
from emails.letter.compiling import CompiledLetter
from sequences.course_schedule import Schedule
from sequences.findings import Finding
from sequences.folder import SAMPLER
from sequences.sequence import Sequence


def publish(session: Session, compilation: Compilation, now: datetime) -> int | None:
    """Store the course as a new revision; its number, or None where nothing has changed.

    Where its schedule has changed, the next letters of those who follow it move.
    """
    sequence, digest = compilation.sequence, compilation.digest
    course = _course(session, sequence)
    newest = session.exec(
        select(Revision)
        .where(Revision.course_id == course.id)
        .order_by(col(Revision.number).desc())
    ).first()
    if newest is not None and (newest.digest, newest.sequence) == (digest, sequence.to_json()):
        return None
    revision = Revision(
        course_id=course.id or 0,
        number=newest.number + 1 if newest else 1,
        digest=digest,
        sequence=sequence.to_json(),
        sampler_pdf=_pdf(sequence, compilation.pictures),
        published_at=now,
    )
    session.add(revision)
    session.flush()
    store(session, revision.id or 0, compilation.letters)
    show(session, revision.id or 0, compilation.pictures)
    if newest is not None:
        _follow(session, newest, sequence.schedule, now)
    return revision.number


def store(session: Session, revision_id: int, letters: dict[str, CompiledLetter]) -> None:
    for key, letter in letters.items():
        session.add(
            Letter(
                revision_id=revision_id,
                key=key,
                subject=letter.subject,
                html=letter.html,
                text=letter.text,
            )
        )
    session.flush()


def show(session: Session, revision_id: int, pictures: Mapping[str, Encoded]) -> None:
    """The revision, or a letter that belongs to it, has these pictures."""
    keep(session, pictures)
    shown = select(RevisionPicture.digest).where(RevisionPicture.revision_id == revision_id)
    digests = {picture.digest for picture in pictures.values()} - set(session.exec(shown).all())
    session.add_all(RevisionPicture(revision_id=revision_id, digest=one) for one in digests)
    session.flush()


def keep(session: Session, pictures: Mapping[str, Encoded]) -> None:
    """Store those that are not stored yet."""
    by_digest = {picture.digest: picture for picture in pictures.values()}
    known = select(Picture.digest).where(col(Picture.digest).in_(by_digest))
    for digest in by_digest.keys() - set(session.exec(known).all()):
        one = by_digest[digest]
        kind = PictureType(one.type)
        session.add(
            Picture(digest=digest, type=kind, width=one.width, height=one.height, data=one.data)
        )
    session.flush()


def _follow(session: Session, newest: Revision, schedule: Schedule, now: datetime) -> None:
    """The enrolled too. A revision that can't be read has no schedule to compare with."""
    try:
        before = Sequence.from_json(newest.sequence).schedule
    except ValueError:
        return
    next_dates.move(session, newest.course_id or 0, before, schedule, now)


def _course(session: Session, sequence: Sequence) -> Course:
    known = session.exec(select(Course).where(Course.slug == sequence.slug)).one_or_none()
    course = known or Course(slug=sequence.slug, title=sequence.title)
    course.title = sequence.title
    session.add(course)
    session.flush()
    return course


def _pdf(sequence: Sequence, pictures: Mapping[str, Encoded]) -> bytes | None:
    if (sampler := sequence.sampler) is None:
        return None
    about = sequence.title, sequence.language, letter_phrases(catalog_for(sequence))
    try:
        return sampler_pdf(sampler, sequence.brand, *about, pictures, sequence.mark == "stones")
    except TypesettingError as error:
        message = "The sampler can't be printed as a PDF."
        finding = Finding(SAMPLER, sampler.line, message, "Simplify it.")
        raise NotPublishable([finding]) from error
