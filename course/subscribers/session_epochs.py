"""Session epochs: the number that a session has to carry to be valid.

A session is a signed cookie, and a copy of it is as good as itself. So it names an epoch, and all
of them are over when the number in the database is raised.
"""

from sqlalchemy import ColumnElement, true, update
from sqlmodel import Session, col, select

from course.models import Author, Subscriber


def journal_epoch(session: Session, subscriber_id: int) -> int | None:
    """None where the subscriber was erased."""
    return session.scalar(
        select(Subscriber.journal_epoch).where(col(Subscriber.id) == subscriber_id)
    )


def close_journal(session: Session, subscriber_id: int) -> bool:
    """End every session of this subscriber's journal. False where there is no such subscriber."""
    return _raise_journal_epochs(session, col(Subscriber.id) == subscriber_id) == 1


def close_all_journals(session: Session) -> None:
    _raise_journal_epochs(session, true())


def author_epoch(session: Session) -> int:
    return session.scalar(select(Author.session_epoch).where(col(Author.id) == 1)) or 0


def sign_author_out(session: Session) -> None:
    """In every browser."""
    raised = update(Author).where(col(Author.id) == 1)
    session.execute(raised.values(session_epoch=col(Author.session_epoch) + 1))


def _raise_journal_epochs(session: Session, which: ColumnElement[bool]) -> int:
    """How many subscribers it was for."""
    raised = update(Subscriber).where(which)
    statement = raised.values(journal_epoch=col(Subscriber.journal_epoch) + 1)
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]
