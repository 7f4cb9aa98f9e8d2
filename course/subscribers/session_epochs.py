"""Session epochs: the number that a session has to carry to be valid.

A session is a signed cookie, and a copy of it is as good as itself. So it names an epoch, and all
of them are over when the number in the database is raised.
"""

from sqlalchemy import update
from sqlmodel import Session, col, select

from course.models import Author, Subscriber


def journal_epoch(session: Session, subscriber_id: int) -> int | None:
    """None where the subscriber was erased."""
    return session.scalar(
        select(Subscriber.journal_epoch).where(col(Subscriber.id) == subscriber_id)
    )


def close_journals(session: Session, *which: int) -> int:
    """Of these subscribers, or of all; how many there are. Every open one is over."""
    statement = update(Subscriber).values(journal_epoch=col(Subscriber.journal_epoch) + 1)
    if which:
        statement = statement.where(col(Subscriber.id).in_(which))
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def author_epoch(session: Session) -> int:
    return session.scalar(select(Author.session_epoch).where(col(Author.id) == 1)) or 0


def sign_author_out(session: Session) -> None:
    """In every browser."""
    raised = update(Author).where(col(Author.id) == 1)
    session.execute(raised.values(session_epoch=col(Author.session_epoch) + 1))
