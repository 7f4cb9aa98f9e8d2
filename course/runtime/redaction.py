"""What logs and lists leave out: addresses, the paths of links, tokens."""

import re

from emails.printable import printable

# Anything with an @ in it, and the brackets around it: rather a word too many than an address.
_ADDRESS = re.compile(r"<?[^\s<>]*@[^\s<>]*>?")

# A link's path may be a token; which machine it leads to may be said.
_LINK = re.compile(r"(https?://[^/\s]+)/\S+")

# Of ours (emails/tokens.py), and what is cut off or put on: its purpose makes it begin like this.
_TOKEN = re.compile(r"(?<![\w-])[A-D][\w-]{20,}", re.ASCII)


def redact(text: str, between: str = " ") -> str:
    """Without addresses, links' paths and tokens; its lines are put together `between`."""
    lines = _TOKEN.sub("…", _LINK.sub(r"\1/…", text)).splitlines()
    return between.join(without_addresses(line) for line in lines)


def without_addresses(text: str) -> str:
    """What a server said, for logs and lists: it may repeat whom the letter was for."""
    return printable(_ADDRESS.sub("…", text))
