"""Answering what was asked at a public door: a sign-up, a link to the journal.

`ask` is all that happens while the visitor waits: one row, whoever they are. `answer_all` looks
at it afterwards, so the door's reply and the time it takes tell nobody who is subscribed.
"""

from datetime import datetime

from sqlmodel import Session, col, select

from course import enrolling
from course.models import Enrollment, EnrollmentState, Request, RequestKind, Subscriber
from course.writing import Writer
from emails import address

BATCH = 200


def ask(session: Session, request: Request) -> None:
    """Keep what was asked for. The address was parsed by the door."""
    session.add(request)


def answer_all(session: Session, writer: Writer, now: datetime) -> int:
    """Answer up to a batch of requests, the oldest first; how many there were."""
    waiting = session.exec(
        select(Request).order_by(col(Request.id)).limit(BATCH).with_for_update(skip_locked=True)
    ).all()
    for request in waiting:
        if request.kind is RequestKind.SIGN_UP:
            enrolling.sign_up(session, writer, request, now)
        else:
            send_journal_key(session, writer, request.address, now)
        session.delete(request)
    return len(waiting)


def send_journal_key(session: Session, writer: Writer, to: str, now: datetime) -> None:
    """A short-lived link to the journal, if the address has one. Nothing happens otherwise."""
    enrollment = session.exec(
        select(Enrollment)
        .join(Subscriber, col(Subscriber.id) == Enrollment.subscriber_id)
        .where(Subscriber.address_key == address.normalise(to))
        .where(Enrollment.state != EnrollmentState.PENDING)
        .order_by(col(Enrollment.id))
    ).first()
    if enrollment is not None:
        writer.journal_key(session, enrollment, now)
