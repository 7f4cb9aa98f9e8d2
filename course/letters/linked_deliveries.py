"""The delivery that a link names, with its rows, for the pages that show it."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col

from course.letters import catalogue
from course.letters.delivery_rows import DeliveryRow, select_delivery_rows
from course.letters.makers import Context
from course.letters.placeholders import all_values
from course.models import Delivery, Enrollment, Letter, Subscriber
from course.runtime.links import Links
from emails.letter.compiling import Value


@dataclass(frozen=True)
class LinkedDelivery:
    """`row` is what its message knew of it. `enrollment`: none of a newsletter's letter."""

    delivery: Delivery
    enrollment: Enrollment | None
    subscriber: Subscriber
    row: DeliveryRow
    edition: catalogue.AnyEdition

    def values(self, links: Links, then: datetime) -> dict[str, Value]:
        """What the letter said, but for its reader's own words."""
        return all_values(Context(links, self.row, self.edition.publication, then))


@dataclass(frozen=True)
class LinkedCourseDelivery(LinkedDelivery):
    """One that is of an enrollment, and its letter a course's."""

    enrollment: Enrollment
    edition: catalogue.Edition


def find_of_course(session: Session, delivery_id: int) -> LinkedCourseDelivery | None:
    """None where it was erased, or is of a newsletter."""
    found = find(session, delivery_id)
    if (
        found is None
        or found.enrollment is None
        or not isinstance(found.edition, catalogue.Edition)
    ):
        return None
    return LinkedCourseDelivery(**vars(found))


def find(session: Session, delivery_id: int) -> LinkedDelivery | None:
    """None where it was erased."""
    found = session.execute(
        select_delivery_rows(Delivery, Enrollment, Subscriber, Letter.revision_id)
        .join(Letter, col(Letter.id) == Delivery.letter_id)
        .where(col(Delivery.id) == delivery_id)
    ).one_or_none()
    if found is None:
        return None
    *row, delivery, enrollment, subscriber, revision_id = found
    edition = catalogue.edition(session, revision_id)
    return LinkedDelivery(delivery, enrollment, subscriber, DeliveryRow(*row), edition)
