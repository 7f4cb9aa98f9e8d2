"""The journal's keys: a link that is mailed on request, and opens the journal once."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from course.models import DeliveryKind, Enrollment, EnrollmentState, Subscriber
from course.outbox.orders import Enqueuer

# A second press of the same button, by the browser whose first one was taken.
SAME_PRESS = timedelta(seconds=20)


class KeyUsed(Exception):
    """It has opened the journal before, or a newer one has."""


def send_key(session: Session, enqueuer: Enqueuer, address_key: str, now: datetime) -> None:
    """A short-lived link to the journal, if the address has one. Nothing happens otherwise.

    `address_key` is the address as `emails.address.normalise` has it.
    """
    found = session.exec(
        select(Enrollment, Subscriber)
        .join(Subscriber, col(Subscriber.id) == Enrollment.subscriber_id)
        .where(Subscriber.address_key == address_key)
        .where(Enrollment.state != EnrollmentState.PENDING)
        .order_by(col(Enrollment.id))
    ).first()
    if found is not None:
        enrollment, subscriber = found
        used_at = subscriber.journal_key_at
        # A key is as old as its minute, and has to be newer than the one that was used.
        due_at = max(now, used_at + timedelta(minutes=1)) if used_at else None
        kind, opened_at = DeliveryKind.JOURNAL, subscriber.journal_opened_at
        enqueuer.enqueue_requested(session, enrollment, kind, now, again=opened_at, due_at=due_at)


def is_used(session: Session, subscriber_id: int, issued_at: datetime) -> bool | None:
    """Whether that key has opened the journal, or a newer one; None where it was erased."""
    subscriber = session.get(Subscriber, subscriber_id)
    return _is_used(subscriber, issued_at) if subscriber else None


def redeem_key(
    session: Session, subscriber_id: int, issued_at: datetime, browser: str, now: datetime
) -> int | None:
    """Use up a journal's key, and all that are older; the epoch of the session it opens.

    None where the subscriber was erased. Raises `KeyUsed`. The subscriber's row is locked
    (`FOR NO KEY UPDATE`), so of two at once one is the first.
    """
    lock = {"key_share": True}
    subscriber = session.get(Subscriber, subscriber_id, with_for_update=lock)
    if subscriber is None:
        return None
    if not _is_same_press(subscriber, issued_at, browser, now):
        if _is_used(subscriber, issued_at):
            raise KeyUsed
        subscriber.journal_key_at, subscriber.journal_opened_at = issued_at, now
        subscriber.journal_opened_by = browser
    return subscriber.journal_epoch


def _is_used(subscriber: Subscriber, issued_at: datetime) -> bool:
    return subscriber.journal_key_at is not None and issued_at <= subscriber.journal_key_at


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
