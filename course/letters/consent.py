"""Consent: may this subscriber be written to, by a letter of this kind?

The state of their place says it: of the enrollment or of the subscription that the letter is of.
It is asked when a letter is claimed, since somebody may have left after it was written.
"""

from typing import Any

from sqlalchemy import ColumnElement, Text, and_, func, or_, type_coerce

from course.letters import kinds
from course.letters.kinds import Queue
from course.models import Enrollment, Subscriber, Subscription
from course.models.columns import table

# Of an enrollment or a subscription that is neither waiting for its confirmation nor left. An issue
# of before there were subscriptions is of an enrollment, and its subscriber is `confirmed`.
HERE = ("active", "paused", "finished", "confirmed")

BEFORE_CONFIRMING = kinds.which(lambda kind: kind.before_confirming)
AFTER_LEAVING = kinds.which(lambda kind: kind.after_leaving)


def may_be_written_to(
    queue: Queue, kind: Any, suppressed: ColumnElement[bool]
) -> ColumnElement[bool]:
    """A condition on deliveries of this queue, joined as in `delivery_rows`.

    `suppressed`: whether their address is, in the form that is fastest for the query at hand.
    """
    state = _STATE[queue]
    return and_(
        ~suppressed,
        or_(
            state.in_(HERE),
            and_(state == "pending", kind.in_(BEFORE_CONFIRMING)),
            and_(state == "left", kind.in_(AFTER_LEAVING)),
        ),
    )


def _text(model: Any) -> ColumnElement[str]:
    return type_coerce(table(model).c.state, Text)


# What comes at its hour is of an enrollment.
_STATE: dict[Queue, ColumnElement[str]] = {
    Queue.ASKED: func.coalesce(_text(Enrollment), _text(Subscription)),
    Queue.SCHEDULED: _text(Enrollment),
    Queue.NEWSLETTERS: func.coalesce(_text(Subscription), _text(Subscriber)),
}
