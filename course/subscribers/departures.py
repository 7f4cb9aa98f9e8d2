"""What a link to leave is of, and what is left behind it."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from course.models import Enrollment, EnrollmentState, Subscriber, Subscription
from course.outbox.orders import AnyPlace
from course.subscribers import leaving
from emails.tokens import Purpose


@dataclass(frozen=True)
class Departure:
    """`everything`: the link is of a time when each of them ended all that its reader got."""

    subscriber: Subscriber
    place: AnyPlace
    everything: bool


def find(session: Session, purpose: Purpose, id_: int) -> Departure | None:
    """By what a link to leave says. None where it was erased."""
    place = place_of(session, purpose is Purpose.LEAVE_NEWSLETTER, id_)
    if place is None:
        return None
    subscriber = session.get_one(Subscriber, place.subscriber_id)
    # Who never confirmed it may not know of it: somebody else may have typed their address.
    confirmed = place.state is not EnrollmentState.PENDING
    return Departure(subscriber, place, purpose is Purpose.LEAVE and confirmed)


def leave(session: Session, departure: Departure, now: datetime) -> list[AnyPlace]:
    """What they have left now, and had not before."""
    if departure.everything:
        return leaving.leave_everything(session, departure.subscriber, now)
    return [departure.place] if leaving.leave(session, departure.place, now) else []


def place_of(session: Session, is_newsletter: bool, id_: int) -> AnyPlace | None:
    """None where it was erased."""
    if is_newsletter:
        return session.get(Subscription, id_)
    return session.get(Enrollment, id_)
