"""Every public door is limited: by network, by whose letters they are, and overall."""

import hashlib
import hmac
import ipaddress
from collections.abc import Callable
from typing import Any

from flask import current_app, request
from flask_limiter import Limiter

from course.web.page import opened
from emails import address
from emails.errors import TokenError
from emails.tokens import Purpose


def network() -> str:
    """Who asks: one IPv4 address, or the /64 that one household has of IPv6."""
    try:
        remote = ipaddress.ip_address((request.remote_addr or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(remote, ipaddress.IPv4Address):
        return str(remote)
    # A socket that takes both kinds writes IPv4 like this; all of it lies in a single /64.
    if remote.ipv4_mapped:
        return str(remote.ipv4_mapped)
    return str(ipaddress.ip_network((remote, 64), strict=False))


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


def only_looked_at() -> bool:
    """Or the one click, which has a limit of its own."""
    return request.method in {"GET", "HEAD", "OPTIONS"} or request.endpoint == "leaving.one_click"


View = Callable[..., Any]

# The application's limit is for all forms together, and counts those without their token too.
limiter = Limiter(
    network,
    default_limits=["240 per minute"],
    application_limits=["240 per minute"],
    application_limits_exempt_when=only_looked_at,
    in_memory_fallback_enabled=True,
    swallow_errors=False,
)


def letter_limits(whose: Callable[[], str]) -> Callable[[View], View]:
    """For a door that makes us write a letter. `whose`: to whom, as a key."""

    def limited(view: View) -> View:
        view = limiter.limit("20 per hour", key_func=network)(view)
        view = limiter.limit("6 per day", key_func=whose)(view)
        return limiter.limit("2000 per hour", key_func=everybody)(view)

    return limited


def daily(times: int, purpose: Purpose) -> Callable[[View], View]:
    """For what a link can do over and over, from any network: letters get forwarded."""
    return limiter.limit(f"{times} per day", key_func=linked(purpose))


def guesses(view: View) -> View:
    """For passwords. Who has many networks has sixty guesses an hour, as all have together."""
    view = limiter.limit("10 per 15 minutes", key_func=network)(view)
    return limiter.limit("60 per hour", key_func=everybody)(view)
