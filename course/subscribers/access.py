"""Who may have the journal or the overview open: what a session or a key has to match.

A session is a signed cookie, and a copy of it is as good as itself. So it names an epoch, and all
of them are over when the number in the database is raised. A journal's key opens once.
"""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, select

from course.models import Author, Subscriber

# A second press of the same button, by the browser whose first one was taken.
SAME_PRESS = timedelta(seconds=20)


class KeyUsed(Exception):
    """It has opened the journal before, or a newer one has."""


def turn_key(subscriber: Subscriber, issued_at: datetime, browser: str, now: datetime) -> None:
    """Use up a journal's key, and all that are older. Raises `KeyUsed`.

    The subscriber's row is locked, so of two at once one is the first.
    """
    if _is_same_press(subscriber, issued_at, browser, now):
        return
    if is_used(subscriber, issued_at):
        raise KeyUsed
    subscriber.journal_key_at, subscriber.journal_opened_at = issued_at, now
    subscriber.journal_opened_by = browser


def is_used(subscriber: Subscriber, issued_at: datetime) -> bool:
    return subscriber.journal_key_at is not None and issued_at <= subscriber.journal_key_at


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


def _is_same_press(
    subscriber: Subscriber, issued_at: datetime, browser: str, now: datetime
) -> bool:
    opened_at = subscriber.journal_opened_at
    return (
        opened_at is not None
        and subscriber.journal_key_at == issued_at
        and subscriber.journal_opened_by == browser
        and timedelta(0) <= now - opened_at <= SAME_PRESS
    )
