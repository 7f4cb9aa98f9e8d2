"""After a restored backup: what would go out now is held and listed.

A backup knows nothing of what was sent after it was made, so all of that would go out once more.
Only a person can say which of it should.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, null, select, update
from sqlmodel import Session, col

from course.config.settings import MAX_LEASE
from course.db.transactions import transaction
from course.models import Course, Delivery, DeliveryState, Enrollment, Newsletter, Subscription
from course.models.columns import table
from course.models.delivery import QUEUES
from course.outbox import deliveries
from course.runtime.process import Runtime
from course.scheduling import clock_loop
from course.sending import recovering

AGES = (("today", timedelta(days=1)), ("this week", timedelta(days=7)))
OLDER = "older"

_delivery = table(Delivery)
_enrollment = table(Enrollment)
_course = table(Course)
_subscription = table(Subscription)
_newsletter = table(Newsletter)


@dataclass(frozen=True)
class HeldGroup:
    """Letters of one kind and age, of one course or newsletter, between these hours of theirs."""

    kind: str
    course: str
    age: str
    letters: int
    oldest: datetime
    newest: datetime


def hold(runtime: Runtime) -> list[HeldGroup]:
    """Write what is due, then hold every waiting delivery; these, in groups. No worker may run.

    The attempt logs that lie here are replayed first: they may know more than the backup.
    """
    clock_loop.write_due(runtime)
    with transaction(runtime.engine) as session:
        now = runtime.now()
        # No lease is longer, so every claim of the backup is over.
        recovering.expire_leases(session, now + timedelta(seconds=MAX_LEASE + 1))
        found = waiting(session, now)
        hold_waiting(session, now)
    return found


def hold_waiting(session: Session, now: datetime) -> int:
    """Whatever is waiting is held until a person has looked at it; returns how many letters.

    What is written later goes out as ever.
    """
    waiting = (
        update(_delivery)
        .where(_delivery.c.try_at.is_not(None), _delivery.c.created_at <= now)
        .values(state="held", try_at=None, words=deliveries.HELD_BACK)
    )
    return sum(session.connection().execute(waiting.where(queue)).rowcount for queue in QUEUES)


def release(session: Session, now: datetime) -> int:
    """What was held comes due; what is out of its turn is called back then, as ever.

    An issue is not: whoever releases it knows that it is late.
    """
    limit = case((_delivery.c.kind == "broadcast", null()), else_=_delivery.c.not_after)
    held = update(_delivery).where(_delivery.c.state == "held")
    released = session.connection().execute(held.values(state="due", try_at=now, not_after=limit))
    return int(released.rowcount)


def drop(session: Session) -> int:
    """Withdraw what is held; how many letters."""
    return len(deliveries.withdraw(session, col(Delivery.state) == DeliveryState.HELD))


def waiting(session: Session, now: datetime) -> list[HeldGroup]:
    """What would go out, the oldest first."""
    due = _delivery.c.due_at
    age = case(*((due > now - length, name) for name, length in AGES), else_=OLDER).label("age")
    slug = func.coalesce(_course.c.slug, _newsletter.c.slug)
    query = (
        select(
            _delivery.c.kind,
            slug.label("course"),
            age,
            func.count().label("letters"),
            func.min(due).label("oldest"),
            func.max(due).label("newest"),
        )
        .outerjoin(_enrollment, _enrollment.c.id == _delivery.c.enrollment_id)
        .outerjoin(_course, _course.c.id == _enrollment.c.course_id)
        .outerjoin(_subscription, _subscription.c.id == _delivery.c.subscription_id)
        .outerjoin(_newsletter, _newsletter.c.id == _subscription.c.newsletter_id)
        .where(_delivery.c.try_at.is_not(None))
        .group_by(_delivery.c.kind, slug, age)
    )
    found = [
        HeldGroup(**row._mapping)
        for queue in QUEUES
        for row in session.connection().execute(query.where(queue))
    ]
    return sorted(found, key=lambda group: group.oldest)
