"""Confirming by the link in a letter: of an enrollment, or of a subscription on its own."""

from datetime import datetime

from sqlmodel import Session

from course.models import Enrollment, Subscription
from course.outbox.orders import Enqueuer
from course.subscribers import enrolling, subscribing
from emails.tokens import Purpose


def confirm_by_link(
    session: Session,
    enqueuer: Enqueuer,
    purpose: Purpose,
    id_: int,
    now: datetime,
    issued_at: datetime,
) -> bool:
    """Whether it is there (or was erased). Raises `consents.Outdated`."""
    if purpose is Purpose.CONFIRM_NEWSLETTER:
        if (subscription := session.get(Subscription, id_)) is not None:
            subscribing.confirm(session, subscription, now, issued_at)
        return subscription is not None
    if (enrollment := session.get(Enrollment, id_)) is not None:
        enrolling.confirm(session, enqueuer, enrollment, now, issued_at)
    return enrollment is not None
