"""Who publishes a course or a newsletter, as plain, frozen values; see `identity_tables`.

All of it is the author's: the engine has no sender, no subject and no law of its own.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from sequences.pictures import Picture

# How letters and pages show where a reader stands: the stones of a house's foundation, a plain row
# of steps, or words alone.
Mark = Literal["stones", "steps", "none"]


@dataclass(frozen=True)
class Sender:
    """Whom letters come from. Without an `address` it is the installation's.

    `name` and both addresses are as they were written; course/config/senders.py has their headers.
    """

    name: str | None = None
    address: str | None = None
    reply_to: str | None = None


@dataclass(frozen=True)
class Signature:
    """What stands under a letter: `sign_off`, the last line above `name`.

    `about` says who that is, in paragraphs, on the landing page; `portrait` shows them.
    """

    name: str
    sign_off: str | None = None
    about: tuple[str, ...] = ()
    portrait: Picture | None = None


@dataclass(frozen=True)
class Imprint:
    """Who answers for it. `country` is an ISO 3166 code of two letters."""

    postal_address: tuple[str, ...] = ()
    country: str | None = None
    imprint_url: str | None = None
    privacy_url: str | None = None


@dataclass(frozen=True)
class Care:
    """A note under each letter and on each page, with a link where help is."""

    text: str
    link_label: str | None = None
    link: str | None = None


@dataclass(frozen=True)
class Link:
    """An address of the author's, for the placeholder `placeholder`."""

    name: str
    address: str

    @property
    def placeholder(self) -> str:
        return f"{self.name}_url"


@dataclass(frozen=True)
class Identity:
    """All of it together."""

    sender: Sender = Sender()
    signature: Signature | None = None
    imprint: Imprint = Imprint()
    care: Care | None = None
    links: tuple[Link, ...] = ()

    @cached_property
    def addresses(self) -> dict[str, str]:
        """By placeholder, where the author's own links lead."""
        return {link.placeholder: link.address for link in self.links}


ANONYMOUS = Identity()

# What every page said until an author could. A revision that was stored then still does.
OF_BEFORE = Identity(
    care=Care(
        "This course is not a substitute for professional help. "
        "Where there is fear or violence, safety comes first: seek local help."
    )
)
