"""The rate limits of the public pages and forms: how often, and whose requests count together.

A limit counts by the client's network, by what a link opens, or for everybody together. No limit
lets a stranger keep somebody else out: see docs/decisions/limits.md. `guard` enforces them before
each request, `rate_limiter` counts.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app, request

from course.http import known_browsers
from course.http.networks import networks
from course.http.rate_limiter import FixedWindow
from course.http.tokens import read_any
from emails import address
from emails.errors import TokenError
from emails.tokens import Purpose

MINUTE, HOUR, DAY = 60, 3600, 86400
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}

View = Callable[..., Any]
Whose = Callable[[], str | None]
Limits = tuple["Limit", ...]


def network() -> str:
    """Who asks: one IPv4 address, or the /64 that one line has of IPv6."""
    return networks(request.remote_addr or "")[0][0]


def tagged_mailbox() -> str | None:
    """The mailbox of an address with a tag, ada+this@example.org: anybody can make up thousands."""
    local, at, domain = address.normalise(request.form.get("address", "")).rpartition("@")
    mailbox, tag, _ = local.partition("+")
    return digest(f"{mailbox}@{domain}") if at and tag and mailbox else None


def digest(text: str) -> str:
    """Keyed: Redis carries no addresses."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:24]


def linked(*purposes: Purpose) -> Callable[[], str]:
    """What the link opens, whichever of its many tokens was used: Redis carries no tokens."""

    def whose() -> str:
        try:
            purpose, id_ = read_any((request.view_args or {})["token"], purposes)
            return f"{purpose.name} {id_}"
        except TokenError:
            return network()  # the page itself will say what is wrong with it

    return whose


def everybody() -> str:
    return "everybody"


def nearby(whose: Whose) -> Whose:
    """The same from one network."""
    return lambda: f"{whose()} {network()}"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `times` requests in `seconds`, at one endpoint or at all with one `shared` name.

    `whose` returns the key by which requests are counted together; None: this one isn't counted.
    Without `whose` they count for each network that the client's address lies in.
    `instead`: where the limit is exceeded nobody is refused, and this one counts from then on. So
    what many have used up leaves a little for each.
    `quietly`: where it is exceeded the answer is the usual one, and the page writes nothing.
    """

    times: int
    seconds: int
    whose: Whose | None = None
    shared: str = ""
    instead: "Limit | None" = None
    quietly: bool = False

    def windows(self) -> list[FixedWindow]:
        endpoint = self.shared or request.endpoint
        name = f"limit/{endpoint}/{self.times}/{self.seconds}"
        if self.whose is None:
            return [
                FixedWindow(f"{name}/{one}", self.times * room, self.seconds)
                for one, room in networks(request.remote_addr or "")
            ]
        whose = self.whose()
        return [] if whose is None else [FixedWindow(f"{name}/{whose}", self.times, self.seconds)]


PAGES = (Limit(240, MINUTE),)  # each of them so often
# A letter has several, and a mail program's proxy fetches them for many readers.
PICTURES = (Limit(1200, MINUTE),)
NO_PAGES = (Limit(240, MINUTE, shared="no page"),)  # what isn't there, all together
FORMS = (Limit(240, MINUTE, shared="forms"),)  # all of them together, those without a token too


def limited(*limits: Limit, alone: bool = False) -> Callable[[View], View]:
    """Limits for unsafe requests to this endpoint; `alone` switches the default limits off.

    They are counted in their order, up to the first that is exceeded. So one that all share comes
    last: a request that another one refuses takes nothing of it.
    """

    def decorate(view: View) -> View:
        more, already = _own(view)
        view.__dict__["limits"] = limits + more, alone or already
        return view

    return decorate


# For a form that makes us write a letter: how many anybody gets is the database's to know
# (`course/outbox/orders.py`). Where the whole world asks, each network may still ask a little.
letter_limits = limited(
    Limit(20, HOUR),
    Limit(2000, HOUR, everybody, instead=Limit(3, HOUR)),
    Limit(3, DAY, tagged_mailbox, quietly=True),
)


def daily(times: int, *purposes: Purpose) -> Callable[[View], View]:
    """For what a link can do over and over, from any network: letters get forwarded."""
    return limited(Limit(times, DAY, linked(*purposes)))


def daily_and_a_few_more(times: int, purpose: Purpose) -> Callable[[View], View]:
    """The same, and whoever has the link can't keep its owner out: each network has a few more."""
    few = Limit(max(2, times // 12), HOUR, nearby(linked(purpose)))
    return limited(Limit(times, DAY, linked(purpose), instead=few))


def unknown_visitors() -> str | None:
    """All who guess in a browser in which nobody has signed in before."""
    return None if known_browsers.current() else "everybody"


def guesser() -> str:
    return known_browsers.current() or network()


# For passwords. All strangers together have sixty guesses an hour, and then each network has two:
# enough for an author far from home. Where the author has signed in before, nobody else counts.
password_limit = limited(
    Limit(10, 15 * MINUTE, guesser),
    Limit(60, HOUR, unknown_visitors, instead=Limit(2, HOUR)),
)

unlimited = limited(alone=True)


def of_this_request() -> tuple[Limits, Limits]:
    """The default limits, and the endpoint's own."""
    if request.endpoint is None:
        return NO_PAGES, ()
    if request.endpoint == "static":
        return (), ()
    if request.endpoint == "pictures.show":
        return PICTURES, ()
    own, alone = _own(current_app.view_functions[request.endpoint])
    if request.method in SAFE_METHODS:
        return () if alone else PAGES, ()
    return () if alone else FORMS, own


def _own(view: View) -> tuple[Limits, bool]:
    own: tuple[Limits, bool] = view.__dict__.get("limits", ((), False))
    return own
