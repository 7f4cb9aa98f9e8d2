"""One claim's letters while a worker has them: not attempted, begun, finished."""

from dataclasses import dataclass, field
from datetime import datetime

from course.journal.quotes import QuotesByDelivery
from course.letters.delivery_rows import DeliveryRow
from course.letters.personalising import PreparedLetters
from course.sending.attempt_log import AttemptLog


@dataclass
class Batch:
    """One claim's letters. None is begun past the middle of the claim's lease, or it could run out.

    The middle is `deadline_boottime` in `boottime` seconds, and `deadline` by the wall clock:
    either clock may be wrong, so both are asked.
    """

    fence: int
    deliveries: list[DeliveryRow]
    prepared: PreparedLetters
    quotes: QuotesByDelivery
    attempt_log: AttemptLog
    taken_at: datetime
    deadline_boottime: float
    deadline: datetime
    not_attempted: dict[int, DeliveryRow] = field(init=False)
    begun: dict[int, DeliveryRow] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.not_attempted = {delivery.delivery_id: delivery for delivery in self.deliveries}

    def begin(self, id_: int) -> None:
        """Raises `OSError` where the attempt can't be logged."""
        if id_ in self.not_attempted:
            self.attempt_log.start(id_)
            self.begun[id_] = self.not_attempted.pop(id_)

    def end(self, id_: int) -> DeliveryRow:
        return self.begun.pop(id_, None) or self.not_attempted.pop(id_)

    @property
    def is_finished(self) -> bool:
        return not self.begun and not self.not_attempted
