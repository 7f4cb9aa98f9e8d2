"""How long something stays open in a browser: so long in all, and so long while nothing is done.

Both stand in the session's cookie, which is signed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import session

# Nobody needs a new cookie for every page.
AGAIN = timedelta(minutes=1)


@dataclass(frozen=True)
class Lifetime:
    """`name` is what is open."""

    name: str
    whole: timedelta
    idle: timedelta

    def begin(self, now: datetime) -> None:
        """From now on, in this browser's session."""
        session[f"{self.name}_until"] = (now + self.whole).isoformat()
        session[f"{self.name}_seen"] = now.isoformat()

    def lasts(self, now: datetime) -> bool:
        """Whether it is still open; if so, something has just been done."""
        until, seen = self._moment("until"), self._moment("seen")
        if until is None or seen is None or now >= until or now - seen >= self.idle:
            return False
        if abs(now - seen) >= AGAIN:
            session[f"{self.name}_seen"] = now.isoformat()
        return True

    def _moment(self, which: str) -> datetime | None:
        written = session.get(f"{self.name}_{which}")
        return datetime.fromisoformat(written) if isinstance(written, str) else None
