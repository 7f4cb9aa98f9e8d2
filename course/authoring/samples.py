"""The letters of a course as one reader would get them, to be looked at before anybody gets one."""

from datetime import datetime

from course.authoring.compiling import Compilation
from course.letters.delivery_rows import DeliveryRow
from course.letters.kinds import KINDS
from course.letters.makers import Quote
from course.models import DeliveryKind
from sequences.rehearsal import Persona, rehearse
from sequences.sequence import Sequence

ADDRESS, FIRST_NAME, ZONE = "ada@example.org", "Ada", "Europe/Berlin"

ANSWER = "What your reader wrote about this lesson stands here, word for word."


def samples(compilation: Compilation, begins_at: datetime) -> list[tuple[DeliveryRow, str]]:
    """Each letter with its key, in the order of the journey of who confirms at `begins_at`.

    The dates in them are those of the course's own days and hours.
    """
    sequence = compilation.sequence
    coming = _coming(sequence, begins_at)
    return [
        (sample(kind, _slot(sequence, kind, key), begins_at, coming), key)
        for kind, row in KINDS.items()
        for key in ([row.letter] if row.letter else _lessons(sequence, kind))
        if key in compilation.letters
    ]


def sample(
    kind: DeliveryKind,
    slot: str,
    begins_at: datetime,
    coming: dict[str, datetime | None] | None = None,
) -> DeliveryRow:
    """One letter to Ada. `coming`: when the letter after each step comes; "": the first one."""
    after = coming or {"": None}
    return DeliveryRow(
        delivery_id=1,
        kind=kind,
        slot=slot,
        round=1,
        letter_id=1,
        message_id="<1@example.org>",
        attempts=0,
        due_at=begins_at,
        enrollment_id=1,
        next_send_at=after.get(slot, after[""]),
        subscriber_id=1,
        address=ADDRESS,
        first_name=FIRST_NAME,
        zone=ZONE,
    )


def quotes(sequence: Sequence) -> list[Quote]:
    """What Ada wrote, for the letter that gives it back."""
    return [{"step": sequence.lessons[0].id, "text": ANSWER}]


def _coming(sequence: Sequence, begins_at: datetime) -> dict[str, datetime | None]:
    journey = rehearse(sequence, Persona(ZONE, begins_at, answers=True))
    steps = [event for event in journey if event.what in sequence.steps]
    names = ["", *(event.what for event in steps)]
    return dict(zip(names, [*(event.at for event in steps), None], strict=True))


def _slot(sequence: Sequence, kind: DeliveryKind, key: str) -> str:
    """A nudge asks about a lesson."""
    return sequence.lessons[0].id if kind is DeliveryKind.NUDGE else key


def _lessons(sequence: Sequence, kind: DeliveryKind) -> list[str]:
    """A newsletter is no part of a course."""
    return [lesson.id for lesson in sequence.lessons] if kind is DeliveryKind.LESSON else []
