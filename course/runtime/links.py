"""The addresses that letters carry: the configured base URL and a token for one purpose.

Never a Host header: whoever sends one could choose where our readers' tokens go.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from emails.tokens import Purpose, Signer

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

# How long a link holds. A lesson may be answered years later; a key to the journal may not, and
# opens once.
MAX_AGE = {
    Purpose.CONFIRM: 7 * DAY,
    Purpose.REFLECT: 730 * DAY,
    Purpose.PACE: 730 * DAY,
    Purpose.LEAVE: 1825 * DAY,
    Purpose.VIEW: 730 * DAY,
    Purpose.SAMPLER: 730 * DAY,
    Purpose.JOURNAL: 10 * timedelta(minutes=1),
    Purpose.ERASE: DAY,
    Purpose.RECEIPT: 2 * HOUR,
}

PATHS = {
    Purpose.CONFIRM: "/confirm/",
    Purpose.REFLECT: "/reflect/",
    Purpose.PACE: "/pace/",
    Purpose.LEAVE: "/u/",
    Purpose.VIEW: "/letters/",
    Purpose.SAMPLER: "/sampler/",
    Purpose.JOURNAL: "/journal/open/",
    Purpose.ERASE: "/erase/",
}


@dataclass(frozen=True)
class Links:
    base_url: str
    signer: Signer

    def to(self, purpose: Purpose, id: int, now: datetime) -> str:  # noqa: A002
        return f"{self.base_url}{PATHS[purpose]}{self.signer.sign(purpose, id, now)}"

    def read(self, token: str, purpose: Purpose, now: datetime) -> int:
        """The id that was signed. Raises `Tampered` or `Expired`."""
        return self.signer.read(token, purpose, now, MAX_AGE[purpose])

    def holds(self, purpose: Purpose, then: datetime, now: datetime) -> bool:
        """Whether a link that was made `then` opens something `now`."""
        return now - then <= MAX_AGE[purpose]

    def issued_at(self, token: str) -> datetime:
        """The minute it was signed in. Raises `Tampered`."""
        return self.signer.issued_at(token)

    def home(self) -> str:
        return self.base_url + "/"

    def journal(self) -> str:
        return self.base_url + "/journal"
