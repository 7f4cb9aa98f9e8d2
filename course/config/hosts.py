"""Where the site is reached: the base URL, and the address that its web server binds.

What is wrong is a `ValueError`, whose words follow the setting's name. They repeat a value only
where no secret can be in it.
"""

import ipaddress
import re
import socket
from urllib.parse import SplitResult, urlsplit

import idna

LIKE = "It looks like https://letters.example.org, or https://example.org/letters."

# Longer ones aren't even looked at.
LONGEST = 500

# Names that never leave one's own network: RFC 2606, 6761, 6762 and 8375, and what routers say.
NEARBY = (
    *("localhost", "local", "lan", "internal", "home.arpa"),
    *("test", "invalid", "example", "example.com", "example.net", "example.org"),
)

_PORTS = {"http": 80, "https": 443}
_LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
_NAME = re.compile(rf"(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})*")
_NUMBER = re.compile(r"(?:.*\.)?(?:\d+|0x[0-9a-f]*)")
_PATH = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)*")


def base_url(given: str) -> str:
    """As links begin: the host in ASCII and small letters, no usual port, no slash at the end."""
    parts = _split(given)
    if parts.username is not None or "@" in parts.netloc:
        raise ValueError(f"must be without a user or a password. {LIKE}")
    if "?" in given or "#" in given:
        raise ValueError(f"must be without a query (?) or a fragment (#). {LIKE}")
    path = parts.path.rstrip("/")
    if not _PATH.fullmatch(path):
        raise ValueError(
            f"must have a path of nothing but letters, digits, -, ., _ and ~ between single "
            f"slashes, or none. {LIKE}"
        )
    port = _port(parts)
    ending = "" if port in (None, _PORTS[parts.scheme]) else f":{port}"
    return f"{parts.scheme}://{_host(parts)}{ending}{path}"


def path_of(url: str) -> str:
    """What stands before every path of ours: `/letters`, or nothing."""
    return urlsplit(url).path


def host_of(url: str) -> str:
    """Of a base URL as `base_url` gives it, without brackets and port."""
    return urlsplit(url).hostname or ""


def bound(given: str) -> tuple[str, int]:
    """Host and port to bind."""
    host, _, port = given.rpartition(":")
    number = int(port) if re.fullmatch(r"[0-9]{1,5}", port) else 0
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    is_ipv6 = ":" in bare
    if not 0 < number < 65536 or is_ipv6 == (bare == host) or not re.fullmatch(r"[!-~]+", bare):
        raise ValueError("is an address and a port, like 127.0.0.1:8000 or [::1]:8000.")
    return bare, number


def is_nearby(host: str) -> bool:
    """A name or an address that only this machine or the own network can reach."""
    try:
        return _is_own(host)
    except ValueError:
        return "." not in host or any(f".{host}".endswith(f".{name}") for name in NEARBY)


def is_own_address(host: str) -> bool:
    """This machine's name for itself, or an address of the own network: no name can lead to it."""
    try:
        return _is_own(host)
    except ValueError:
        return host == "localhost"


def only_nearby_can_reach(host: str) -> bool:
    """Of a host to bind. Every address of the machine (0.0.0.0) may be one of the internet's."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return is_nearby(host)  # whoever binds it will say that it can't be
    return all(_is_own(str(address[0])) for *_, address in found)


def _is_own(host: str) -> bool:
    address = ipaddress.ip_address(host.partition("%")[0])
    return address.is_private and not address.is_unspecified


def _split(given: str) -> SplitResult:
    if any(char.isspace() or not char.isprintable() or char in '\\<>"{}|^`,' for char in given):
        raise ValueError(
            f"must be one address, without blanks and characters like , < or \\. {LIKE}"
        )
    try:
        parts = urlsplit(given) if len(given) <= LONGEST else None
    except ValueError:
        parts = None
    if parts is None or parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError(
            "must be an address that begins with https:// (or http:// on localhost). " + LIKE
        )
    return parts


def _port(parts: SplitResult) -> int | None:
    try:
        if parts.port != 0:
            return parts.port
    except ValueError:
        pass
    raise ValueError("must have a port from 1 to 65535, or none.")


def _host(parts: SplitResult) -> str:
    name = parts.hostname or ""
    try:
        if "[" in parts.netloc:
            return f"[{ipaddress.IPv6Address(name)}]" if "%" not in name else _no_host()
        ascii_name = name if name.isascii() else idna.encode(name, uts46=True).decode()
        ascii_name = ascii_name.removesuffix(".")
        if _NUMBER.fullmatch(ascii_name):
            return str(ipaddress.IPv4Address(ascii_name))
    except ValueError:
        return _no_host()
    return ascii_name if _NAME.fullmatch(ascii_name) else _no_host()


def _no_host() -> str:
    raise ValueError(f"must have the name of a host, as DNS has them. {LIKE}")
