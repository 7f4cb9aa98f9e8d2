"""Who a letter is from, as it is seen in it: plain texts, and addresses that begin with https."""

from dataclasses import dataclass
from typing import Literal

from emails.letter.pictures import Picture

# How a letter shows where its reader stands, beside the words.
Mark = Literal["stones", "steps", "none"]


@dataclass(frozen=True, slots=True)
class Signature:
    """The last lines before the footer: `sign_off` above `name`, and a portrait beside them."""

    name: str
    sign_off: str | None = None
    portrait: Picture | None = None


@dataclass(frozen=True, slots=True)
class Imprint:
    """Who answers for the letter, at its foot. `postal_address`: its lines, the country's too."""

    postal_address: tuple[str, ...] = ()
    imprint_url: str | None = None
    privacy_url: str | None = None


@dataclass(frozen=True, slots=True)
class Care:
    """A note at the foot, and where help is."""

    text: str
    link_label: str | None = None
    link: str | None = None
