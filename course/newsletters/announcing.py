"""Announcing a broadcast: a file of Markdown → a letter, and the row that says: to all, once.

Their deliveries are written by the clock (course/newsletters/fan_out.py).
"""

from datetime import datetime
from secrets import token_hex

from sqlmodel import Session, col, select

from course.letters.catalogue import Edition
from course.models import Broadcast, Letter
from course.newsletters.composing import KEY, Newsletter
from emails.letter.compiling import CompiledLetter
from sequences.sequence import LetterText


class AlreadyAnnounced(Exception):
    """The very same letter was announced before; `broadcast` is that one."""

    def __init__(self, broadcast: Broadcast) -> None:
        super().__init__(f"broadcast {broadcast.id} was the very same letter")
        self.broadcast = broadcast


def announce(
    session: Session, edition: Edition, newsletter: Newsletter, now: datetime
) -> Broadcast:
    """It is due at once. Raises `AlreadyAnnounced` where it would go out a second time."""
    if (before := _same(session, edition.course_id, newsletter.letter)) is not None:
        raise AlreadyAnnounced(before)
    # No number of ours, or it might be the name of a lesson in that revision.
    key = f"{KEY}-{token_hex(8)}"
    made = newsletter.letter
    letter = Letter(
        revision_id=edition.revision_id,
        key=key,
        subject=made.subject,
        html=made.html,
        text=made.text,
    )
    session.add(letter)
    session.flush()
    broadcast = Broadcast(
        course_id=edition.course_id,
        letter_id=letter.id or 0,
        source=newsletter.text.to_json(),
        created_at=now,
        due_at=now,
    )
    session.add(broadcast)
    session.flush()
    return broadcast


def source_of(session: Session, letter_id: int) -> LetterText:
    """What the author of a broadcast's letter wrote."""
    source = select(Broadcast.source).where(Broadcast.letter_id == letter_id)
    return LetterText.from_json(session.exec(source).one())


def _same(session: Session, course_id: int, letter: CompiledLetter) -> Broadcast | None:
    return session.exec(
        select(Broadcast)
        .join(Letter, col(Letter.id) == Broadcast.letter_id)
        .where(
            Broadcast.course_id == course_id,
            Letter.subject == letter.subject,
            Letter.html == letter.html,
        )
    ).first()
