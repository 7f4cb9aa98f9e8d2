"""A compiled newsletter → rows: a new revision with its letters, where anything has changed."""

from datetime import datetime

from sqlmodel import Session, col, select

from course.authoring import publishing
from course.authoring.newsletter_compiling import NewsletterCompilation
from course.models import Newsletter, Revision


def publish(session: Session, compilation: NewsletterCompilation, now: datetime) -> int | None:
    """Store the newsletter as a new revision; its number, or None where nothing has changed."""
    written, digest = compilation.newsletter.to_json(), compilation.digest
    newsletter = _newsletter(session, compilation)
    newest = session.exec(
        select(Revision)
        .where(Revision.newsletter_id == newsletter.id)
        .order_by(col(Revision.number).desc())
    ).first()
    if newest is not None and (newest.digest, newest.sequence) == (digest, written):
        return None
    revision = Revision(
        newsletter_id=newsletter.id,
        number=newest.number + 1 if newest else 1,
        digest=digest,
        sequence=written,
        published_at=now,
    )
    session.add(revision)
    session.flush()
    publishing.store(session, revision.id or 0, compilation.letters)
    publishing.show(session, revision.id or 0, compilation.pictures)
    return revision.number


def _newsletter(session: Session, compilation: NewsletterCompilation) -> Newsletter:
    slug, title = compilation.newsletter.slug, compilation.newsletter.title
    known = session.exec(select(Newsletter).where(Newsletter.slug == slug)).one_or_none()
    newsletter = known or Newsletter(slug=slug, title=title)
    newsletter.title = title
    session.add(newsletter)
    session.flush()
    return newsletter
