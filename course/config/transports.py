"""The transports that MAIL_URL names: the usual one first, then those that take over, in order."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import SplitResult, urlsplit

from emails.transports.factory import open_transport
from emails.transports.limits import Limits
from emails.transports.transport import Transport

# A folder's name may have spaces in it.
_BETWEEN = re.compile(r"\s+(?=(?:smtps?|folder|memory):)")


@dataclass
class NamedTransport:
    """`claim`, `tally` and `throttle` refer to it by `name`.

    That is the mail server's host, or the transport's kind where there is no server.
    """

    url: str
    name: str
    domain: str | None = None

    @cached_property
    def limits(self) -> Limits:
        """Raises `ValueError`."""
        return Limits.at(self.url)

    @cached_property
    def transport(self) -> Transport:
        """Raises `ValueError`."""
        return open_transport(self.url, self.domain)


def named_transports(mail_url: str, domain: str | None = None) -> list[NamedTransport]:
    """One for each URL, of which the first is the usual one. `domain` is the sender's.

    Backoffs and limits are kept by their names, so no two have the same: where two have one host,
    the port follows, and where two have that in common, a number.
    """
    parts = [urlsplit(url) for url in split_urls(mail_url)]
    hosts = Counter(_host(part) for part in parts)
    known: Counter[str] = Counter()
    found = []
    for part in parts:
        name = _host(part)
        if hosts[name] > 1:
            name = f"{name}:{part.port or part.scheme}"
        known[name] += 1
        name = name if known[name] == 1 else f"{name}/{known[name]}"
        found.append(NamedTransport(part.geturl(), name, domain))
    return found


def split_urls(mail_url: str) -> list[str]:
    """The URLs of MAIL_URL, which are separated by spaces."""
    return _BETWEEN.split(mail_url.strip())


def _host(part: SplitResult) -> str:
    return part.hostname or part.scheme
