"""Consent: may this subscriber be written to, by a letter of this kind?

One expression, asked twice: when a broadcast's deliveries are written, and when a letter is
claimed, since somebody may have left meanwhile.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col

from course.letters import kinds
from course.models import DeliveryKind, Subscriber, SubscriberState

BEFORE_CONFIRMING = kinds.which(lambda kind: kind.before_confirming)
AFTER_LEAVING = kinds.which(lambda kind: kind.after_leaving)


def may_be_written_to(kind: Any, suppressed: ColumnElement[bool]) -> ColumnElement[bool]:
    """A condition on rows of `subscriber`.

    `kind` is a column, or a literal, of `DeliveryKind`. `suppressed`: whether their address is, in
    the form that is fastest for the query at hand.
    """
    state = col(Subscriber.state)
    return and_(
        ~suppressed,
        or_(kind != DeliveryKind.BROADCAST, col(Subscriber.newsletters)),
        or_(
            state == SubscriberState.CONFIRMED,
            and_(state == SubscriberState.PENDING, kind.in_(BEFORE_CONFIRMING)),
            and_(state == SubscriberState.LEFT, kind.in_(AFTER_LEAVING)),
        ),
    )
