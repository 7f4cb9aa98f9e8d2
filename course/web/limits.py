"""Every public door is limited: by network, by whose letters they are, and overall."""

import hashlib
import hmac
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import current_app, request

from course.counting import Window
from course.web.page import opened
from emails import address
from emails.errors import TokenError
from emails.tokens import Purpose

MINUTE, HOUR, DAY = 60, 3600, 86400
LOOKS = {"GET", "HEAD", "OPTIONS"}

View = Callable[..., Any]
Limits = tuple["Limit", ...]


def network() -> str:
    """Who asks: one IPv4 address, or the /64 that one household has of IPv6."""
    return _network(request.remote_addr or "")


def typed_address() -> str:
    """The address in the form, as a keyed digest: Redis carries no addresses."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    typed = address.normalise(request.form.get("address", "").strip())
    # An empty field is nobody's: one network must not use it up for all others.
    typed = typed if "@" in typed else f"{typed} {network()}"
    return hmac.new(key, typed.encode(), hashlib.sha256).hexdigest()[:24]


def linked(purpose: Purpose) -> Callable[[], str]:
    """What the link opens, whichever of its many tokens was used: Redis carries no tokens."""

    def whose() -> str:
        try:
            return f"{purpose.name} {opened((request.view_args or {})['token'], purpose)}"
        except TokenError:
            return network()  # the door itself will say what is wrong with it

    return whose


def everybody() -> str:
    return "everybody"


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times in so many seconds, at each door or at all that share a name.

    `whose` tells, as a key, whose times these are.
    """

    times: int
    seconds: int
    whose: Callable[[], str] = network
    shared: str = ""

    def window(self) -> Window:
        door = self.shared or request.endpoint
        key = f"limit/{door}/{self.times}/{self.seconds}/{self.whose()}"
        return Window(key, self.times, self.seconds)


PAGES = (Limit(240, MINUTE),)  # each of them so often
FORMS = (Limit(240, MINUTE, shared="forms"),)  # all of them together, those without a token too


def limited(*limits: Limit, alone: bool = False) -> Callable[[View], View]:
    """A door's own limits, for what is sent to it. `alone`: the usual ones don't count there.

    They are counted in their order, up to the first that is full. So what all share comes last:
    who is refused for something else takes nothing of it.
    """

    def door(view: View) -> View:
        more, already = _own(view)
        view.__dict__["limits"] = limits + more, alone or already
        return view

    return door


def letter_limits(whose: Callable[[], str]) -> Callable[[View], View]:
    """For a door that makes us write a letter. `whose`: to whom, as a key."""
    return limited(Limit(20, HOUR), Limit(6, DAY, whose), Limit(2000, HOUR, everybody))


def daily(times: int, purpose: Purpose) -> Callable[[View], View]:
    """For what a link can do over and over, from any network: letters get forwarded."""
    return limited(Limit(times, DAY, linked(purpose)))


# For passwords. Who has many networks has sixty guesses an hour, as all have together.
guesses = limited(Limit(10, 15 * MINUTE), Limit(60, HOUR, everybody))

unlimited = limited(alone=True)


def of_this_request() -> tuple[Limits, Limits]:
    """The usual ones, and the door's own."""
    if request.endpoint is None or request.endpoint == "static":
        return (), ()
    own, alone = _own(current_app.view_functions[request.endpoint])
    if request.method in LOOKS:
        return () if alone else PAGES, ()
    return () if alone else FORMS, own


def _own(view: View) -> tuple[Limits, bool]:
    own: tuple[Limits, bool] = view.__dict__.get("limits", ((), False))
    return own


@lru_cache(maxsize=1024)
def _network(written: str) -> str:
    try:
        remote = ipaddress.ip_address(written.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(remote, ipaddress.IPv4Address):
        return str(remote)
    # A socket that takes both kinds writes IPv4 like this; all of it lies in a single /64.
    if remote.ipv4_mapped:
        return str(remote.ipv4_mapped)
    return str(ipaddress.ip_network((remote, 64), strict=False))
