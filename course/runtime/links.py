"""Signed links: the configured base URL, a path and a token for one purpose and one row.

Never a Host header: whoever sends one could choose where our readers' tokens go.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from emails.errors import Tampered
from emails.tokens import Purpose, Signer

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

# By what they end, in the order of their numbers.
LEAVING = (Purpose.LEAVE, Purpose.LEAVE_COURSE, Purpose.LEAVE_NEWSLETTER)


@dataclass(frozen=True, kw_only=True)
class Link:
    """The links of one purpose: their path, how long they are valid, and the row their token names.

    A lesson may be answered years later; a key to the journal may not, and opens once. A link to
    return is on the page of who has just left, and in no letter.
    """

    path: str
    max_age: timedelta
    id_of: Literal["delivery_id", "enrollment_id", "subscription_id", "subscriber_id"]


LINKS = {
    Purpose.CONFIRM: Link(path="/confirm/", max_age=7 * DAY, id_of="enrollment_id"),
    Purpose.REFLECT: Link(path="/reflect/", max_age=730 * DAY, id_of="delivery_id"),
    Purpose.PACE: Link(path="/pace/", max_age=730 * DAY, id_of="enrollment_id"),
    # In letters of before there were subscriptions: it ends all that its reader gets.
    Purpose.LEAVE: Link(path="/u/", max_age=1825 * DAY, id_of="enrollment_id"),
    Purpose.LEAVE_COURSE: Link(path="/u/", max_age=1825 * DAY, id_of="enrollment_id"),
    Purpose.LEAVE_NEWSLETTER: Link(path="/u/", max_age=1825 * DAY, id_of="subscription_id"),
    Purpose.VIEW: Link(path="/letters/", max_age=730 * DAY, id_of="delivery_id"),
    Purpose.SAMPLER: Link(path="/sampler/", max_age=730 * DAY, id_of="enrollment_id"),
    Purpose.JOURNAL: Link(
        path="/journal/open/", max_age=timedelta(minutes=10), id_of="subscriber_id"
    ),
    Purpose.ERASE: Link(path="/erase/", max_age=DAY, id_of="subscriber_id"),
    Purpose.CONFIRM_NEWSLETTER: Link(path="/confirm/", max_age=7 * DAY, id_of="subscription_id"),
    Purpose.PREFERENCES: Link(path="/preferences/", max_age=730 * DAY, id_of="subscriber_id"),
    Purpose.RETURN_TO_COURSE: Link(path="/return/", max_age=HOUR, id_of="enrollment_id"),
    Purpose.RETURN_TO_NEWSLETTER: Link(path="/return/", max_age=HOUR, id_of="subscription_id"),
}

# A letter has five links: their paths are one look-up away.
_PATHS = {purpose: link.path for purpose, link in LINKS.items()}


@dataclass(frozen=True)
class Links:
    base_url: str
    signer: Signer

    def to(self, purpose: Purpose, id: int, now: datetime) -> str:  # noqa: A002
        return f"{self.base_url}{_PATHS[purpose]}{self.signer.sign(purpose, id, now)}"

    def read(self, token: str, purpose: Purpose, now: datetime) -> int:
        """The id that was signed. Raises `Tampered` or `Expired`."""
        return self.signer.read(token, purpose, now, LINKS[purpose].max_age)

    def read_any(
        self, token: str, purposes: Collection[Purpose], now: datetime
    ) -> tuple[Purpose, int]:
        """Which of these it is for, and the id. Raises `Tampered` or `Expired`."""
        purpose = self.signer.purpose(token)
        if purpose not in purposes:
            raise Tampered("a token for another purpose")
        return purpose, self.read(token, purpose, now)

    def is_valid(self, purpose: Purpose, then: datetime, now: datetime) -> bool:
        """Whether a link that was signed `then` has not expired `now`."""
        return now - then <= LINKS[purpose].max_age

    def issued_at(self, token: str) -> datetime:
        """The minute it was signed in. Raises `Tampered`."""
        return self.signer.issued_at(token)

    def home(self) -> str:
        return self.base_url + "/"

    def course(self, slug: str) -> str:
        return f"{self.base_url}/courses/{slug}"

    def newsletter(self, slug: str) -> str:
        return f"{self.base_url}/newsletters/{slug}"

    def journal(self) -> str:
        return self.base_url + "/journal"

    def pictures(self) -> str:
        """Where all of them lie: an address names the picture, never its reader."""
        return self.base_url + "/pictures"
