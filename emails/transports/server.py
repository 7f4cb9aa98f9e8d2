"""An SMTP server, as a mail URL names it."""

import re
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from ipaddress import ip_address
from typing import Literal, Self
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from emails.transports import limits

REPLY_TIMEOUT = 60.0  # seconds, for each answer
IDLE_TIMEOUT = 20.0  # seconds; a server may hang up after as few as thirty
DEFAULT_CONNECTIONS = 8

OPTIONS = {"starttls", "ca", "timeout", "connections", "window", "messages", "ehlo", "idle"}
OPTIONS |= {*limits.OPTIONS}

# A name of at least two labels, or an address in brackets (RFC 5321, section 4.1.1.1).
_HOST = re.compile(
    r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+|\[[A-Fa-f0-9.:]+\]|\[IPv6:[A-Fa-f0-9:.]+\]"
)

Starttls = Literal["offered", "required", "never"]


@dataclass(frozen=True, slots=True)
class Server:
    """Where to, and how. `ca_file` holds certificates to trust besides the machine's own.

    `max_in_flight`: letters on the way over one connection (`window` in the URL), of which each is
    uncertain after a crash; `messages`: how many a connection carries before it is
    opened anew, 0 for no end; `idle`: seconds without a letter before it is closed; `ehlo`: how we
    introduce ourselves.
    """

    host: str
    port: int
    user: str | None = None
    password: str = field(default="", repr=False)
    tls: bool = False
    starttls: Starttls = "offered"
    ca_file: str | None = None
    timeout: float = REPLY_TIMEOUT
    connections: int = DEFAULT_CONNECTIONS
    max_in_flight: int = 1
    messages: int = 0
    idle: float = IDLE_TIMEOUT
    ehlo: str | None = None

    @classmethod
    def at(cls, url: str, domain: str | None = None) -> Self:
        """`smtp://user:password@host:587?starttls=required&ca=FILE&timeout=60&connections=8`.

        `domain` is what we introduce ourselves by where neither the URL nor the machine has a name.
        User and password are percent-encoded. Raises `ValueError`, without the password.
        """
        parts = urlsplit(url)
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if not parts.hostname or parts.path.strip("/"):
            raise ValueError("A mail URL looks like smtp://user:password@host:587.")
        if unknown := options.keys() - OPTIONS:
            raise ValueError(f"A mail URL has no option {min(unknown)!r}.")
        tls = parts.scheme == "smtps"
        user = unquote(parts.username) if parts.username else None
        password = unquote(parts.password or "")
        if not f"{user}{password}".isascii():
            raise ValueError("A mail server's user and password are plain ASCII.")
        return cls(
            host=parts.hostname,
            port=_port(parts) or (465 if tls else 587 if user else 25),
            user=user,
            password=password,
            tls=tls,
            starttls=_starttls(options.get("starttls", "offered")),
            ca_file=options.get("ca"),
            timeout=_seconds(options, "timeout", REPLY_TIMEOUT),
            idle=_seconds(options, "idle", IDLE_TIMEOUT),
            ehlo=_ehlo(options.get("ehlo")) or _own_name() or domain,
            connections=_count(options, "connections", DEFAULT_CONNECTIONS, 1, 16),
            max_in_flight=_count(options, "window", 1, 1, 64),
            messages=_count(options, "messages", 0, 0, 1_000_000),
        )

    @property
    def is_this_machine(self) -> bool:
        with suppress(ValueError):
            return ip_address(self.host).is_loopback
        return self.host == "localhost"

    def context(self) -> ssl.SSLContext:
        """Certificates are checked wherever a password or a demand for TLS depends on it."""
        context = ssl.create_default_context()
        if self.ca_file:
            context.load_verify_locations(self.ca_file)
        if not (self.tls or self.user or self.starttls == "required"):
            # RFC 7435: any encryption is better than none, which is what else we would use.
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


def _port(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError as error:
        raise ValueError("The port in a mail URL is a number up to 65535.") from error


def _starttls(text: str) -> Starttls:
    match text:
        case "offered" | "required" | "never":
            return text
    raise ValueError("starttls is offered, required or never.")


def _seconds(options: dict[str, str], name: str, default: float) -> float:
    try:
        seconds = float(options.get(name, str(default)))
    except ValueError as error:
        raise ValueError(f"{name} is a number of seconds.") from error
    if not 0 < seconds <= 3600:
        raise ValueError(f"{name} is more than 0 and at most 3600 seconds.")
    return seconds


def _ehlo(name: str | None) -> str | None:
    if name is not None and not _HOST.fullmatch(name):
        raise ValueError("ehlo is this machine's whole name, such as mail.example.org.")
    return name


@cache
def _own_name() -> str | None:
    """The machine's, where it is one that others could know."""
    name = socket.getfqdn()
    return name if _HOST.fullmatch(name) and not name.startswith("localhost") else None


def _count(options: dict[str, str], name: str, default: int, least: int, most: int) -> int:
    text = options.get(name, str(default))
    if not text.isdecimal() or not least <= int(text) <= most:
        raise ValueError(f"{name} is a number from {least} to {most}.")
    return int(text)
