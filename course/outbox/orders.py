"""Which letter a delivery is of, and how often one reader may have a kind: orders to the outbox."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Protocol

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from course.letters import catalogue, newsletter_editions
from course.letters.catalogue import AnyEdition
from course.letters.kinds import KINDS
from course.models import Delivery, DeliveryKind, Enrollment, Subscriber, Subscription
from course.models.delivery import OF_ENROLLMENT, OF_SUBSCRIPTION
from course.outbox import deliveries
from course.outbox.deliveries import LetterOrder, NewDelivery

# Letters of a kind to one reader in a day; what is asked for then comes once an hour.
BURST_PER_DAY = 6


# A subscriber's place in a course or in a newsletter: what a delivery is of.
AnyPlace = Enrollment | Subscription


class HasRound(Protocol):
    """An enrollment, or its plain values: its id and its round."""

    @property
    def id(self) -> int | None: ...

    @property
    def round(self) -> int: ...


@dataclass(frozen=True)
class Enqueuer:
    """Puts letters into the outbox; one for each tick or request.

    `domain` is the right-hand side of every Message-ID.
    """

    domain: str
    _names: Iterator[str] = field(default_factory=lambda: _random_names(), compare=False)

    def new_delivery(self, enrollment: HasRound) -> NewDelivery:
        """This reader's row of an order, with a Message-ID of its own."""
        return NewDelivery(enrollment.id, enrollment.round, f"<{next(self._names)}@{self.domain}>")

    def enqueue(
        self,
        session: Session,
        place: AnyPlace,
        kind: DeliveryKind,
        slot: str,
        now: datetime,
        due_at: datetime | None = None,
    ) -> bool:
        """One letter, due at once or at `due_at`; False where the outbox has it already."""
        wanted = order(edition_of(session, place), kind, slot, due_at or now, now)
        if isinstance(place, Subscription):
            new, key = self.of_subscription(place), OF_SUBSCRIPTION
        else:
            new, key = self.new_delivery(place), OF_ENROLLMENT
        return bool(deliveries.put(session, [(wanted, [new])], key))

    def enqueue_daily(
        self, session: Session, place: AnyPlace, kind: DeliveryKind, now: datetime
    ) -> bool:
        """The day is the slot, so the database refuses a second one."""
        return self.enqueue(session, place, kind, f"{now:%Y-%m-%d}", now)

    def enqueue_requested(
        self,
        session: Session,
        place: AnyPlace,
        kind: DeliveryKind,
        now: datetime,
        again: object = None,
        due_at: datetime | None = None,
        most: int | None = None,
    ) -> bool:
        """For what somebody waits for: enough for an impatient evening, too few to annoy anyone.

        Once `BURST_PER_DAY` were written within a day, one an hour: whoever asks in somebody's name
        neither fills a mailbox nor keeps its owner waiting for long. `most`: so many in a day at
        most.
        `again` names what made the links of earlier letters void, so that one may be written anew.
        """
        written = _written(session, place, kind, now - timedelta(days=1))
        if most is not None and written >= most:
            return False
        minutes = 10 if written < BURST_PER_DAY else 60
        slot = f"{now.replace(minute=now.minute // minutes * minutes):%Y-%m-%d %H:%M}"
        if again is not None:
            slot += f" after {again}"
        return self.enqueue(session, place, kind, slot, now, due_at)

    def of_subscription(self, subscription: Subscription) -> NewDelivery:
        return NewDelivery(subscription.id, 0, f"<{next(self._names)}@{self.domain}>")


def order(
    edition: AnyEdition,
    kind: DeliveryKind,
    slot: str,
    due_at: datetime,
    now: datetime,
    limit: timedelta | None = None,
) -> LetterOrder:
    """`limit`: how late it may still be sent."""
    letter_id = edition.letters[KINDS[kind].letter or slot]
    not_after = due_at + limit if limit is not None else None
    return LetterOrder(kind, slot, letter_id, due_at, not_after, now)


def written_to(
    session: Session, subscriber: Subscriber, kind: DeliveryKind, since: datetime
) -> int:
    """Of this kind, for whatever they asked."""
    letters = _counted(kind, since)
    of_courses = letters.join(Enrollment).where(Enrollment.subscriber_id == subscriber.id)
    of_newsletters = letters.join(Subscription).where(Subscription.subscriber_id == subscriber.id)
    return session.exec(of_courses).one() + session.exec(of_newsletters).one()


def is_of(place: AnyPlace) -> ColumnElement[bool]:
    """A condition on deliveries."""
    of_subscription = isinstance(place, Subscription)
    return col(Delivery.subscription_id if of_subscription else Delivery.enrollment_id) == place.id


def edition_of(session: Session, place: AnyPlace) -> AnyEdition:
    """Of its course or newsletter. Raises `LookupError` where that isn't published any more."""
    if isinstance(place, Subscription):
        return newsletter_editions.current(session, place.newsletter_id)
    return catalogue.current(session, place.course_id)


def _written(session: Session, place: AnyPlace, kind: DeliveryKind, since: datetime) -> int:
    return session.exec(_counted(kind, since).where(is_of(place))).one()


def _counted(kind: DeliveryKind, since: datetime) -> SelectOfScalar[int]:
    letters = select(func.count()).select_from(Delivery)
    return letters.where(col(Delivery.kind) == kind, col(Delivery.created_at) > since)


def _random_names() -> Iterator[str]:
    """Of 16 random bytes each, as hex. A hundred at a time: the system call is all they cost."""
    while True:
        drawn = token_hex(16 * 100)
        yield from (drawn[at : at + 32] for at in range(0, len(drawn), 32))
