"""Consents: what somebody agreed to, and that they confirmed it."""

from datetime import datetime

from sqlmodel import Session

from course.models import Consent, Subscriber, SubscriberState


class Outdated(Exception):
    """What would be confirmed was asked for before its reader left."""


def keep(
    session: Session, subscriber_id: int, wording: str, place: str, given_at: datetime
) -> None:
    """The exact words, where and when."""
    session.add(
        Consent(subscriber_id=subscriber_id, wording=wording, place=place, given_at=given_at)
    )


def confirm(session: Session, subscriber_id: int, now: datetime) -> None:
    """They pressed the button in a letter, so the address is theirs."""
    subscriber = session.get_one(Subscriber, subscriber_id)
    subscriber.state, subscriber.left_at = SubscriberState.CONFIRMED, None
    subscriber.confirmed_at = subscriber.confirmed_at or now
