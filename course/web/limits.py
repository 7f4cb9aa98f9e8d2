"""Every public door is limited: by network, by address, and overall."""

import hashlib
import hmac
import ipaddress
from collections.abc import Callable
from typing import Any

from flask import current_app, request
from flask_limiter import Limiter

from emails import address


def network() -> str:
    """Who asks: one IPv4 address, or the /64 that one household has of IPv6."""
    remote = ipaddress.ip_address(request.remote_addr or "0.0.0.0")  # noqa: S104
    if isinstance(remote, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((remote, 64), strict=False))
    return str(remote)


def typed_address() -> str:
    """The address in the form, as a keyed digest: Redis carries no addresses."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    typed = address.normalise(request.form.get("address", "").strip())
    return hmac.new(key, typed.encode(), hashlib.sha256).hexdigest()[:24]


def everybody() -> str:
    return "everybody"


View = Callable[..., Any]

limiter = Limiter(
    network,
    default_limits=["240 per minute"],
    in_memory_fallback_enabled=True,
    swallow_errors=False,
)

# For doors that make us write a letter to an address which anyone may type.
asks_for_a_letter = (
    limiter.limit("20 per hour", key_func=network),
    limiter.limit("6 per day", key_func=typed_address),
    limiter.limit("2000 per hour", key_func=everybody),
)


def letter_limits(view: View) -> View:
    """All three limits on a door that makes us write a letter."""
    for limit in asks_for_a_letter:
        view = limit(view)
    return view


# For passwords and other guesses.
guesses = limiter.limit("10 per 15 minutes", key_func=network)
