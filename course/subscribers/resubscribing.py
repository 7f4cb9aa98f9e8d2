"""A reader's newsletters on the page of their pace: left there, and taken up again."""

from datetime import datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from course.letters import newsletter_editions
from course.models import Subscription, SubscriptionState
from course.models.enrollment import BEGUN
from course.subscribers import consents, leaving, pacing, subscribing
from course.subscribers.place import NewsletterPlace, Place

PLACE = "/pace"


def newsletters_of(session: Session, place: Place) -> list[NewsletterPlace]:
    """Those that were once confirmed, left or not."""
    return [
        NewsletterPlace(
            one, place.subscriber, newsletter_editions.current(session, one.newsletter_id)
        )
        for one in session.exec(_confirmed(place).order_by(col(Subscription.id)))
    ]


def want(session: Session, place: Place, which: str, wanted: bool, now: datetime) -> None:
    """Leave the newsletter with this number, or take it up again in the words of before.

    Who has left the course comes back by signing up, not by a letter of before. Raises
    `NotPossible`.
    """
    found = session.exec(_confirmed(place))
    subscription = next((one for one in found if str(one.newsletter_id) == which), None)
    if subscription is None:
        return
    if not wanted:
        leaving.leave(session, subscription, now)
    elif subscription.state is SubscriptionState.LEFT:
        pacing.lock_in_state(session, place, now, *BEGUN)
        _take_up(session, subscription, now)


def _confirmed(place: Place) -> SelectOfScalar[Subscription]:
    return select(Subscription).where(
        Subscription.subscriber_id == place.subscriber.id, col(Subscription.since).is_not(None)
    )


def _take_up(session: Session, subscription: Subscription, now: datetime) -> None:
    consents.keep(session, subscription.subscriber_id, subscription.wording, PLACE, now)
    subscribing.confirm(session, subscription, now)
    subscription.place = PLACE
