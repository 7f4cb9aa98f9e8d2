"""Whose a client's address is: one IPv4 address, or the networks of IPv6 that it lies in.

Providers give out /64s to a line, /56s to a household and /48s to a company (RFC 6177), and any of
them is one visitor with 65,536 networks or more. So all three are counted, the larger ones with
more room. An address that only carries one of IPv4 is counted as that.
"""

import ipaddress
import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network

# How much more room the larger networks have.
WEIGHTS_BY_PREFIX = {64: 1, 56: 4, 48: 16}

UNKNOWN = "unknown"

# As proxies write it: in quotes or brackets, with a zone or a port (RFC 7239, section 6).
_BRACKETS = re.compile(r"\[([^]]*)\](?::\d+)?")
_WITH_PORT = re.compile(r"([\d.]+):\d+")

_NAT64 = IPv6Network("64:ff9b::/96")
_COMPATIBLE = IPv6Network("::/96")
_TEREDO = IPv6Network("2001::/32")

MAX_WRITTEN_LENGTH = 100


@lru_cache(maxsize=4096)
def networks(written: str) -> tuple[tuple[str, int], ...]:
    """Each with how much more room it has, the smallest first. Takes anything."""
    address = parsed(written)
    if address is None:
        return ((UNKNOWN, 1),)
    if isinstance(address, IPv4Address):
        return ((str(address), 1),)
    return tuple(
        (str(IPv6Network((address, bits), strict=False)), room)
        for bits, room in WEIGHTS_BY_PREFIX.items()
    )


def parsed(written: str) -> IPv4Address | IPv6Address | None:
    """The address that a proxy or a socket names; None for one that is hidden, or is none."""
    text = written[:MAX_WRITTEN_LENGTH].strip().strip('"')
    for pattern in (_BRACKETS, _WITH_PORT):
        if found := pattern.fullmatch(text):
            text = found[1]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return address if isinstance(address, IPv4Address) else _carried(address) or address


def _carried(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address inside: mapped, 6to4 (RFC 3056), Teredo (RFC 4380), NAT64 (RFC 6052)."""
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    if address in _TEREDO and address.teredo:
        return address.teredo[1]
    last = int(address) & 0xFFFFFFFF
    if address in _NAT64 or (address in _COMPATIBLE and last > 0xFFFF):
        return IPv4Address(last)
    return None
