"""A delivery with all its rows, for the pages that show it."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col

from course.letters import catalogue
from course.letters.addressee import Addressee, addressees
from course.letters.makers import Context
from course.letters.placeholders import all_values
from course.models import Delivery, Enrollment, Letter, Subscriber
from course.runtime.links import Links
from emails.letter.compiling import Value


@dataclass(frozen=True)
class DeliveredLetter:
    """A delivery with its rows, for a page that shows it."""

    delivery: Delivery
    enrollment: Enrollment
    subscriber: Subscriber
    addressee: Addressee
    edition: catalogue.Edition

    def values(self, links: Links, then: datetime) -> dict[str, Value]:
        """What the letter said, but for its reader's own words."""
        return all_values(Context(links, self.addressee, self.edition.sequence, then))


def find(session: Session, delivery_id: int) -> DeliveredLetter | None:
    """None where it was erased."""
    found = session.execute(
        addressees(Delivery, Enrollment, Subscriber, Letter.revision_id)
        .join(Letter, col(Letter.id) == Delivery.letter_id)
        .where(col(Delivery.id) == delivery_id)
    ).one_or_none()
    if found is None:
        return None
    *row, delivery, enrollment, subscriber, revision_id = found
    edition = catalogue.edition(session, revision_id)
    return DeliveredLetter(delivery, enrollment, subscriber, Addressee(*row), edition)
