"""A reader's own words, for the closing letter that gives them back."""

from collections.abc import Iterable, Mapping

from sqlmodel import Session, col, select

from course.letters.delivery_rows import DeliveryRow
from course.letters.makers import LONGEST_QUOTE, Quote
from course.models import DeliveryKind, Reflection

QuotesByDelivery = Mapping[int, list[Quote]]


def closing_quotes(session: Session, deliveries: Iterable[DeliveryRow]) -> QuotesByDelivery:
    """What readers wrote in this round, for the letter that gives it back and for no other."""
    closing = {
        (delivery.enrollment_id, delivery.round): delivery.delivery_id
        for delivery in deliveries
        if delivery.kind is DeliveryKind.CLOSING
    }
    if not closing:
        return {}
    written = session.exec(
        select(Reflection)
        .where(col(Reflection.enrollment_id).in_([enrollment for enrollment, _ in closing]))
        .order_by(col(Reflection.id))
    )
    found: dict[int, list[Quote]] = {}
    for reflection in written:
        if delivery_id := closing.get((reflection.enrollment_id, reflection.round)):
            quote = {"step": reflection.step, "text": _shortened(reflection.text)}
            found.setdefault(delivery_id, []).append(quote)
    return found


def _shortened(text: str) -> str:
    if len(text) <= LONGEST_QUOTE:
        return text
    return text[:LONGEST_QUOTE].rsplit(maxsplit=1)[0] + " …"
