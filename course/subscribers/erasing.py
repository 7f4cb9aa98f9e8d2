"""Erasing a subscriber: every row that tells of them."""

from sqlalchemy import delete
from sqlmodel import Session, col, select

from course.models import Enrollment, Request, Subscriber, Throttle
from course.models.throttle import domain_scope
from course.runtime import scrubbing


def erase_by_link(session: Session, subscriber_id: int) -> bool:
    """As `erase`, of a subscriber by their id; whether it was not done before."""
    subscriber = session.get(Subscriber, subscriber_id)
    if subscriber is not None:
        erase(session, subscriber)
    return subscriber is not None


def erase(session: Session, subscriber: Subscriber) -> None:
    """Everything goes: the person, the enrollments, the journal, the record of their letters."""
    # What they asked for and is not answered yet has their address, too.
    session.execute(delete(Request).where(col(Request.address_key) == subscriber.address_key))
    # The enrollments first, as the clock takes them, or the two could wait for each other.
    mine = select(Enrollment.id).where(Enrollment.subscriber_id == subscriber.id)
    session.exec(mine.with_for_update()).all()
    session.delete(subscriber)
    session.flush()
    _forget_domain(session, subscriber.address_key)
    scrubbing.request(session)


def _forget_domain(session: Session, address_key: str) -> None:
    """Nobody else has an address there: a domain of one's own says who it was."""
    domain = f"@{address_key.rpartition('@')[2]}"
    shared = col(Subscriber.address_key).endswith(domain, autoescape=True)
    if session.exec(select(Subscriber.id).where(shared).limit(1)).first() is None:
        session.execute(delete(Throttle).where(col(Throttle.scope) == domain_scope(address_key)))
