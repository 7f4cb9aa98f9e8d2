"""Announcing a broadcast: a file of Markdown → a letter, and the row that says: to all, once.

Their deliveries are written by the clock (course/newsletters/fan_out.py).
"""

from datetime import datetime, timedelta
from secrets import token_hex

from sqlmodel import Session, col, select

from course.authoring import revisions
from course.letters.catalogue import NewsletterEdition
from course.models import Broadcast, Letter
from course.newsletters.composing import KEY, Issue
from emails.letter.compiling import CompiledLetter
from sequences.sequence import LetterText


class AlreadyAnnounced(Exception):
    """The very same letter was announced before; `broadcast` is that one."""

    def __init__(self, broadcast: Broadcast) -> None:
        super().__init__(f"broadcast {broadcast.id} was the very same letter")
        self.broadcast = broadcast


def announce(
    session: Session,
    edition: NewsletterEdition,
    issue: Issue,
    now: datetime,
    due_at: datetime | None = None,
    lateness: timedelta | None = None,
) -> Broadcast:
    """It is due at once, or at `due_at`; later than its `lateness`, a letter of it is held.

    Raises `AlreadyAnnounced` where it would go out a second time.
    """
    if (before := same(session, edition.newsletter_id, issue.letter)) is not None:
        raise AlreadyAnnounced(before)
    letter = _stored(session, edition.revision_id, issue)
    due = due_at or now
    broadcast = Broadcast(
        newsletter_id=edition.newsletter_id,
        letter_id=letter.id or 0,
        source=issue.text.to_json(),
        created_at=now,
        due_at=due,
        not_after=due + lateness if lateness else None,
    )
    session.add(broadcast)
    session.flush()
    return broadcast


def source_of(session: Session, letter_id: int) -> LetterText:
    """What the author of a broadcast's letter wrote."""
    source = select(Broadcast.source).where(Broadcast.letter_id == letter_id)
    return LetterText.from_json(session.exec(source).one())


def same(session: Session, newsletter_id: int, letter: CompiledLetter) -> Broadcast | None:
    """The very same letter, if it was announced to this newsletter's readers before."""
    return session.exec(
        select(Broadcast)
        .join(Letter, col(Letter.id) == Broadcast.letter_id)
        .where(
            Broadcast.newsletter_id == newsletter_id,
            Letter.subject == letter.subject,
            Letter.html == letter.html,
        )
    ).first()


def _stored(session: Session, revision_id: int, issue: Issue) -> Letter:
    """The issue's letter and its pictures, as part of the newsletter's revision in force."""
    made = issue.letter
    letter = Letter(
        revision_id=revision_id,
        # No number of ours, or it might be the name of a lesson in that revision.
        key=f"{KEY}-{token_hex(8)}",
        subject=made.subject,
        html=made.html,
        text=made.text,
    )
    session.add(letter)
    session.flush()
    revisions.show(session, revision_id, issue.pictures)
    return letter
