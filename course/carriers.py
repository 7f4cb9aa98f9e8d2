"""The transports that are set up, the usual one first; the others take over, in their order."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from emails.transports import Transport, open_transport
from emails.transports.limits import Limits

# A folder's name may have spaces in it.
_BETWEEN = re.compile(r"\s+(?=(?:smtps?|folder|memory):)")


@dataclass
class Carrier:
    """`name` is what the ledger calls it: the mail server's host, or the transport's kind."""

    url: str
    name: str

    @cached_property
    def limits(self) -> Limits:
        """Raises `ValueError`."""
        return Limits.at(self.url)

    @cached_property
    def transport(self) -> Transport:
        """Raises `ValueError`."""
        return open_transport(self.url)


def carriers(mail_url: str) -> list[Carrier]:
    """One for each URL, of which the first is the usual one."""
    parts = [urlsplit(url) for url in _BETWEEN.split(mail_url.strip())]
    names = Counter(part.hostname or part.scheme for part in parts)
    return [
        Carrier(part.geturl(), name if names[name] == 1 else f"{name}:{part.port}")
        for part in parts
        for name in (part.hostname or part.scheme,)
    ]
