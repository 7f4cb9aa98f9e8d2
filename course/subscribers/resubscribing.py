"""A reader's newsletters on the page of their pace: left there, and taken up again."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from course.letters import newsletter_editions
from course.models import Subscription, SubscriptionState
from course.models.enrollment import BEGUN
from course.runtime.links import LINKS
from course.subscribers import consents, leaving, pacing, subscribing
from course.subscribers.pacing import NotPossible
from course.subscribers.place import NewsletterPlace, Place
from emails.tokens import Purpose

PLACE = "/pace"

MINUTE = timedelta(minutes=1)  # a link names the one that it was made in
ON_THE_SPOT = LINKS[Purpose.RETURN_TO_NEWSLETTER].max_age


def newsletters_of(session: Session, place: Place) -> list[NewsletterPlace]:
    """Those that were once confirmed, left or not."""
    return [
        NewsletterPlace(
            one, place.subscriber, newsletter_editions.current(session, one.newsletter_id)
        )
        for one in session.exec(_confirmed(place).order_by(col(Subscription.id)))
    ]


def want(
    session: Session, place: Place, which: str, wanted: bool, now: datetime, issued_at: datetime
) -> None:
    """Leave the newsletter with this number, or take it up again in the words of before.

    `issued_at`: when the link was made that led here. Who has left comes back by signing up, not by
    a letter of before. Raises `NotPossible`.
    """
    found = session.exec(_confirmed(place))
    subscription = next((one for one in found if str(one.newsletter_id) == which), None)
    if subscription is None:
        return
    if not wanted:
        leaving.leave(session, subscription, now)
    elif subscription.state is SubscriptionState.LEFT:
        pacing.lock_in_state(session, place, now, *BEGUN)
        _require_newer(place, subscription, now, issued_at)
        _take_up(session, subscription, now)


def _confirmed(place: Place) -> SelectOfScalar[Subscription]:
    return select(Subscription).where(
        Subscription.subscriber_id == place.subscriber.id, col(Subscription.since).is_not(None)
    )


def _require_newer(
    place: Place, subscription: Subscription, now: datetime, issued_at: datetime
) -> None:
    """A letter of before they left may be in anybody's hands. On the spot it still brings back."""
    left_at = subscription.left_at or now
    if issued_at + MINUTE <= left_at and now - left_at > ON_THE_SPOT:
        raise NotPossible(
            place.catalog.gettext(
                "You’ve left it since this link was made. To get it again, subscribe on its own "
                "page."
            )
        )


def _take_up(session: Session, subscription: Subscription, now: datetime) -> None:
    consents.keep(session, subscription.subscriber_id, subscription.wording, PLACE, now)
    subscribing.confirm(session, subscription, now)
    subscription.place = PLACE
