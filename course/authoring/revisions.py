"""Revisions as rows: the newest one, the one after it, and the letters and pictures it has."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlmodel import Session, col, select

from course.authoring.pictures import Encoded
from course.models import (
    Course,
    Letter,
    Newsletter,
    Picture,
    PictureType,
    Revision,
    RevisionPicture,
)
from emails.letter.compiling import CompiledLetter
from sequences.sequence import Publication

T = TypeVar("T", Course, Newsletter)


def owner(session: Session, kind: type[T], publication: Publication) -> T:
    """The row that its revisions belong to, called what the publication is called by now."""
    slug, title = publication.slug, publication.title
    known = session.exec(select(kind).where(kind.slug == slug)).one_or_none()
    row = known or kind(slug=slug, title=title)
    row.title = title
    session.add(row)
    session.flush()
    return row


def newest(session: Session, whose: Any) -> Revision | None:
    """`whose` says in SQL which revisions are looked at."""
    query = select(Revision).where(whose).order_by(col(Revision.number).desc())
    return session.exec(query).first()


def following(
    before: Revision | None, digest: str, publication: str, now: datetime
) -> Revision | None:
    """The one after `before`, nobody's yet; None where nothing has changed.

    `publication` is its JSON.
    """
    if before is not None and (before.digest, before.sequence) == (digest, publication):
        return None
    number = before.number + 1 if before else 1
    return Revision(number=number, digest=digest, sequence=publication, published_at=now)


def add(
    session: Session,
    revision: Revision,
    letters: Mapping[str, CompiledLetter],
    pictures: Mapping[str, Encoded],
) -> None:
    session.add(revision)
    session.flush()
    session.add_all(
        Letter(
            revision_id=revision.id or 0,
            key=key,
            subject=letter.subject,
            html=letter.html,
            text=letter.text,
        )
        for key, letter in letters.items()
    )
    session.flush()
    show(session, revision.id or 0, pictures)


def show(session: Session, revision_id: int, pictures: Mapping[str, Encoded]) -> None:
    """The revision, or a letter that belongs to it, has these pictures."""
    keep(session, pictures)
    shown = select(RevisionPicture.digest).where(RevisionPicture.revision_id == revision_id)
    digests = {picture.digest for picture in pictures.values()} - set(session.exec(shown).all())
    session.add_all(RevisionPicture(revision_id=revision_id, digest=one) for one in digests)
    session.flush()


def shown(session: Session, revision_id: int) -> dict[str, Encoded]:
    """The pictures of a revision and of its letters, by the names of their files."""
    query = select(Picture).join(RevisionPicture, col(RevisionPicture.digest) == Picture.digest)
    rows = session.exec(query.where(RevisionPicture.revision_id == revision_id))
    found = (Encoded(row.data, row.type.value, row.width, row.height) for row in rows)
    return {one.file: one for one in found}


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
