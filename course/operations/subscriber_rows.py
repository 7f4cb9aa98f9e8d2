"""Who is in which course or newsletter, as plain values for a page or a terminal. Hours are UTC."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, select

from course.letters import catalogue
from course.models import Enrollment, Newsletter, Subscriber, Subscription

Row = dict[str, Any]


def newest(session: Session, limit: int) -> list[Row]:
    """One row for each enrollment and each subscription, the newest first."""
    found = [*_enrolled(session, limit), *_subscribed(session, limit)]
    in_order = sorted(found, key=lambda one: one[0], reverse=True)
    return [row for _since, row in in_order[:limit]]


def when(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%A, %-d %B at %H:%M}" if at else ""


def _enrolled(session: Session, limit: int) -> Iterator[tuple[datetime, Row]]:
    found = session.exec(
        select(Enrollment, Subscriber)
        .join(Subscriber, col(Subscriber.id) == Enrollment.subscriber_id)
        .order_by(col(Enrollment.id).desc())
        .limit(limit)
    )
    editions = catalogue.EditionCache(session)
    for enrollment, subscriber in found:
        yield enrollment.created_at, _subscriber(editions, enrollment, subscriber)


def _subscribed(session: Session, limit: int) -> Iterator[tuple[datetime, Row]]:
    found = session.exec(
        select(Subscription, Subscriber, Newsletter.title)
        .join(Subscriber, col(Subscriber.id) == Subscription.subscriber_id)
        .join(Newsletter, col(Newsletter.id) == Subscription.newsletter_id)
        .order_by(col(Subscription.id).desc())
        .limit(limit)
    )
    for subscription, subscriber, title in found:
        since = subscription.asked_at or subscription.since or subscriber.created_at
        yield (
            since,
            {
                "id": subscriber.id,
                "address": subscriber.address,
                "state": subscription.state.value,
                "course": title,
                "step": "",
                "next_letter": "",
                "last": "",
            },
        )


def _subscriber(
    editions: catalogue.EditionCache, enrollment: Enrollment, subscriber: Subscriber
) -> Row:
    sequence = editions.current(enrollment.course_id).sequence
    step = sequence.next_step(enrollment.done)
    return {
        "id": subscriber.id,
        "address": subscriber.address,
        "state": enrollment.state.value,
        "course": sequence.title,
        "step": sequence.title_of(step) if step else "all received",
        "next_letter": when(enrollment.next_send_at),
        "last": when(enrollment.last_sent_at),
    }
