"""Writing letters into the outbox: the one place that knows which letter a delivery is of."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any, Protocol

from sqlmodel import Session

from course import catalogue, outbox
from course.models import DeliveryKind, Enrollment

# The letters that are not a lesson, by the kind of delivery they are.
LETTER_KEYS = {
    DeliveryKind.CONFIRMATION: "confirmation",
    DeliveryKind.ALREADY: "already",
    DeliveryKind.SAMPLER: "welcome",
    DeliveryKind.NUDGE: "nudge",
    DeliveryKind.CLOSING: "closing",
    DeliveryKind.JOURNAL: "journal",
    DeliveryKind.ERASURE: "erasure",
}


class Placed(Protocol):
    """An enrollment, or its plain values."""

    @property
    def id(self) -> int | None: ...

    @property
    def subscriber_id(self) -> int: ...

    @property
    def round(self) -> int: ...


@dataclass(frozen=True)
class Writer:
    """`domain` is the right-hand side of every Message-ID: the sender's."""

    domain: str

    def row(
        self,
        edition: catalogue.Edition,
        enrollment: Placed,
        kind: DeliveryKind,
        slot: str,
        due_at: datetime,
        now: datetime,
        limit: timedelta | None = None,
    ) -> dict[str, Any]:
        """One delivery, as the outbox takes it. `limit`: how late it may still be sent."""
        return {
            "subscriber_id": enrollment.subscriber_id,
            "enrollment_id": enrollment.id,
            "round": enrollment.round,
            "kind": kind,
            "slot": slot,
            "letter_id": edition.letters[LETTER_KEYS.get(kind, slot)],
            "due_at": due_at,
            "not_after": due_at + limit if limit is not None else None,
            "message_id": f"<{token_hex(16)}@{self.domain}>",
            "created_at": now,
        }

    def write(
        self, session: Session, enrollment: Enrollment, kind: DeliveryKind, slot: str, now: datetime
    ) -> bool:
        """One letter, due at once; False where the outbox has it already."""
        edition = catalogue.current(session, enrollment.course_id)
        return bool(outbox.put(session, [self.row(edition, enrollment, kind, slot, now, now)]))

    def once_a_day(
        self, session: Session, enrollment: Enrollment, kind: DeliveryKind, now: datetime
    ) -> bool:
        """The day is the slot, so the database refuses a second one."""
        return self.write(session, enrollment, kind, f"{now:%Y-%m-%d}", now)

    def journal_key(self, session: Session, enrollment: Enrollment, now: datetime) -> bool:
        """One link in ten minutes: enough for an impatient evening, too few to annoy anyone."""
        slot = now.replace(minute=now.minute // 10 * 10)
        return self.write(session, enrollment, DeliveryKind.JOURNAL, f"{slot:%Y-%m-%d %H:%M}", now)
