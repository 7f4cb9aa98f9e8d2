"""A compiled newsletter → rows: a new revision with its letters, where anything has changed."""

from datetime import datetime

from sqlmodel import Session

from course.authoring import revisions
from course.authoring.newsletter_compiling import NewsletterCompilation
from course.models import Newsletter, Revision


def publish(session: Session, compilation: NewsletterCompilation, now: datetime) -> int | None:
    """Store the newsletter as a new revision; its number, or None where nothing has changed."""
    written = compilation.newsletter.to_json()
    newsletter = revisions.owner(session, Newsletter, compilation.newsletter)
    newest = revisions.newest(session, Revision.newsletter_id == newsletter.id)
    made = revisions.following(newest, compilation.digest, written, now)
    if made is None:
        return None
    made.newsletter_id = newsletter.id
    revisions.add(session, made, compilation.letters, compilation.pictures)
    return made.number
