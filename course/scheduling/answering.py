"""Answering what was asked at a public form: a sign-up, a link to the journal."""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, bindparam, col, select

from course.journal import access
from course.models import Request, RequestKind
from course.outbox.orders import Enqueuer
from course.subscribers import signing_up
from emails.errors import AddressError

log = logging.getLogger(__name__)

BATCH = 200

# Two workers that meet the same new address at once, or a course that is gone.
SKIPPED_ERRORS = (SQLAlchemyError, AddressError, LookupError, ValueError)


def answer_batch(session: Session, enqueuer: Enqueuer, now: datetime) -> int:
    """Answer up to a batch of requests, the oldest first; how many were answered.

    One that can't be answered stays for the next look, and holds up none of the others.
    """
    answered, last = 0, 0
    while not answered and (waiting := _waiting(session, after=last)):
        last = waiting[-1].id or 0
        answered = sum(_answer(session, enqueuer, request, now) for request in waiting)
    return answered


def _waiting(session: Session, after: int) -> Sequence[Request]:
    return session.scalars(_WAITING, {"after": after}).all()


_WAITING = (
    select(Request)
    .where(col(Request.id) > bindparam("after"))
    .order_by(col(Request.id))
    .limit(BATCH)
    .with_for_update(skip_locked=True)
)


def _answer(session: Session, enqueuer: Enqueuer, request: Request, now: datetime) -> bool:
    id_ = request.id
    try:
        with session.begin_nested():
            if request.kind is RequestKind.SIGN_UP:
                signing_up.sign_up(session, enqueuer, request, now)
            else:
                access.send_key(session, enqueuer, request.address_key, now)
            session.delete(request)
    except SKIPPED_ERRORS as error:
        name = type(error).__name__
        log.error("request %s could not be answered: %s", id_, name, extra={"request": id_})
        return False
    return True
