"""Answering what was asked at a public door: a sign-up, a link to the journal."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from course.models import (
    DeliveryKind,
    Enrollment,
    EnrollmentState,
    Request,
    RequestKind,
    Subscriber,
)
from course.outbox.orders import Writer
from course.subscribers import enrolling
from emails import address
from emails.errors import AddressError

log = logging.getLogger(__name__)

BATCH = 200

# Two workers that meet the same new address at once, or a course that is gone.
OBSTACLES = (SQLAlchemyError, AddressError, LookupError, ValueError)


def answer_all(session: Session, writer: Writer, now: datetime) -> int:
    """Answer up to a batch of requests, the oldest first; how many were answered.

    One that can't be answered stays for the next look, and holds up none of the others.
    """
    answered, last = 0, 0
    while not answered and (waiting := _waiting(session, after=last)):
        last = waiting[-1].id or 0
        answered = sum(_answer(session, writer, request, now) for request in waiting)
    return answered


def _waiting(session: Session, after: int) -> Sequence[Request]:
    query = select(Request).where(col(Request.id) > after).order_by(col(Request.id)).limit(BATCH)
    return session.exec(query.with_for_update(skip_locked=True)).all()


def _answer(session: Session, writer: Writer, request: Request, now: datetime) -> bool:
    id_ = request.id
    try:
        with session.begin_nested():
            if request.kind is RequestKind.SIGN_UP:
                enrolling.sign_up(session, writer, request, now)
            else:
                send_journal_key(session, writer, request.address, now)
            session.delete(request)
    except OBSTACLES as error:
        name = type(error).__name__
        log.error("request %s could not be answered: %s", id_, name, extra={"request": id_})
        return False
    return True


def send_journal_key(session: Session, writer: Writer, to: str, now: datetime) -> None:
    """A short-lived link to the journal, if the address has one. Nothing happens otherwise."""
    found = session.exec(
        select(Enrollment, Subscriber)
        .join(Subscriber, col(Subscriber.id) == Enrollment.subscriber_id)
        .where(Subscriber.address_key == address.normalise(to))
        .where(Enrollment.state != EnrollmentState.PENDING)
        .order_by(col(Enrollment.id))
    ).first()
    if found is not None:
        enrollment, subscriber = found
        used_at = subscriber.journal_key_at
        # A key is as old as its minute, and has to be newer than the one that was used.
        due_at = max(now, used_at + timedelta(minutes=1)) if used_at else None
        kind, opened_at = DeliveryKind.JOURNAL, subscriber.journal_opened_at
        writer.once_in_ten_minutes(session, enrollment, kind, now, again=opened_at, due_at=due_at)
