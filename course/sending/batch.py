"""One claim's letters in a worker's hands: not_attempted, begun, ended."""

import time
from dataclasses import dataclass, field
from datetime import datetime

from course.journal.quotes import Words
from course.letters.addressee import Addressee
from course.letters.personalising import PreparedLetters
from course.sending.attempt_log import Logbook

_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def elapsed() -> float:
    """Seconds that go on while a process is stopped and while a laptop sleeps."""
    return time.clock_gettime(_CLOCK)


@dataclass
class Batch:
    """One claim's letters. None is begun past the middle of its lease, or it could run out.

    That is `until` by `elapsed`, and `before` by the clock: either may be wrong.
    """

    fence: int
    letters: list[Addressee]
    prepared: PreparedLetters
    words: Words
    logbook: Logbook
    taken_at: datetime
    until: float
    before: datetime
    not_attempted: dict[int, Addressee] = field(init=False)
    begun: dict[int, Addressee] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.not_attempted = {letter.delivery_id: letter for letter in self.letters}

    def begin(self, id_: int) -> None:
        """Raises `OSError` where it can't be noted."""
        if id_ in self.not_attempted:
            self.logbook.begins(id_)
            self.begun[id_] = self.not_attempted.pop(id_)

    def end(self, id_: int) -> Addressee:
        return self.begun.pop(id_, None) or self.not_attempted.pop(id_)

    @property
    def is_finished(self) -> bool:
        return not self.begun and not self.not_attempted
