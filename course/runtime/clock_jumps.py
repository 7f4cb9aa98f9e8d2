"""Jumps of the machine's wall clock: one that is wrong by months would move every reader.

The wall clock is compared with the seconds since the machine's start (CLOCK_BOOTTIME).
"""

import logging
import threading
import time
from collections.abc import Callable

from course.runtime.clock import boottime

log = logging.getLogger(__name__)

# Seconds by which a wall clock may be set at once, by NTP or by hand, without anybody waiting.
TOLERANCE = 300.0

# Seconds for which a machine may have been off, and its clock is trusted when it starts.
LONGEST_OFF = 30 * 86_400.0

# Seconds after which a clock that has jumped and gone steadily since is trusted: a wrong one may
# have been set right.
TRUSTED_AFTER = 600.0


class JumpDetector:
    """For one process, from its start on. `wall` and `elapsed` tell seconds.

    `is_compared`: with the last time known before the start, or there was nothing to compare with.
    """

    def __init__(
        self, wall: Callable[[], float] = time.time, elapsed: Callable[[], float] = boottime
    ) -> None:
        self._wall, self._elapsed = wall, elapsed
        self._lock = threading.Lock()
        self._trusted, self._ahead = wall() - elapsed(), TOLERANCE
        self._other: float | None = None  # where the clock has jumped to
        self._since = 0.0
        self.is_compared = False

    def compare(self, past: float | None) -> None:
        """`past`: seconds since the last known time, by the wall clock; None: none is known."""
        self.is_compared = True
        if past is not None:
            with self._lock:
                self._trusted, self._ahead = self._wall() - self._elapsed() - past, LONGEST_OFF

    def jumped(self) -> bool:
        """True until the clock is right again, or has gone steadily for `TRUSTED_AFTER`."""
        with self._lock:
            now = self._elapsed()
            offset = self._wall() - now
            if -TOLERANCE <= offset - self._trusted <= self._ahead:
                return self._trust(offset)
            if self._other is None or abs(offset - self._other) > TOLERANCE:
                self._other, self._since = offset, now
                log.error(
                    "the wall clock has jumped by %d seconds: nothing is written or sent until it "
                    "is right again, or for %d minutes",
                    offset - self._trusted,
                    TRUSTED_AFTER // 60,
                )
            return self._trust(offset) if now - self._since >= TRUSTED_AFTER else True

    @property
    def jump(self) -> float:
        """Seconds from where the clock should be to where it has jumped; 0 where it has not."""
        return 0.0 if self._other is None else self._other - self._trusted

    def _trust(self, offset: float) -> bool:
        if self._other is not None:
            log.warning("the wall clock is believed again")
        self._trusted, self._ahead, self._other = offset, TOLERANCE, None
        return False
