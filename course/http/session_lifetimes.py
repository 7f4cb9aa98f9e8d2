"""Session lifetimes: an absolute timeout and an idle timeout, kept in the signed session cookie.

Flask has `PERMANENT_SESSION_LIFETIME`, one timeout for the whole cookie; the author's pages and
the journal share one cookie and have two timeouts each.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import session

# The idle timeout is renewed no more often: a page rarely sets a new cookie.
RENEW_AFTER = timedelta(minutes=1)


@dataclass(frozen=True)
class Lifetime:
    """`name` is what is open."""

    name: str
    absolute: timedelta
    idle: timedelta

    def begin(self, now: datetime) -> None:
        """From now on, in this browser's session."""
        session[f"{self.name}_until"] = (now + self.absolute).isoformat()
        session[f"{self.name}_seen"] = now.isoformat()

    def lasts(self, now: datetime) -> bool:
        """Whether it is still open; if so, something has just been done."""
        until, seen = self._moment("until"), self._moment("seen")
        if until is None or seen is None or now >= until or now - seen >= self.idle:
            return False
        if abs(now - seen) >= RENEW_AFTER:
            session[f"{self.name}_seen"] = now.isoformat()
        return True

    def _moment(self, which: str) -> datetime | None:
        written = session.get(f"{self.name}_{which}")
        return datetime.fromisoformat(written) if isinstance(written, str) else None
