"""The addresses that letters come from and are answered to, as the settings give them.

What is wrong is a `ValueError`, whose words follow the setting's name.
"""

import re
import unicodedata
from datetime import UTC, datetime
from urllib.parse import quote

from emails import address
from emails.errors import AddressError, HeaderError
from emails.message.composing import (
    CommonHeaders,
    RecipientHeaders,
    common_fields,
    recipient_fields,
)
from emails.tokens import LONGEST_TOKEN

# A phrase in front, as it is or in quotes, and the address in angle brackets; or it alone.
_MAILBOX = re.compile(r'(?:"((?:[^"\\]|\\.)*)"|([^"<>]*?))\s*<([^<>]*)>')

LONGEST_NAME = 200


def mailbox(given: str) -> str:
    """`CNT <letters@example.org>`, its name in quotes where it needs them, its domain in ASCII."""
    found = _MAILBOX.fullmatch(given)
    quoted, bare, written = found.groups() if found else ("", "", given)
    name = re.sub(r"\\(.)", r"\1", quoted) if quoted else (bare or "")
    if len(name) > LONGEST_NAME or any(unicodedata.category(s) in _NO_NAME for s in name):
        raise ValueError(
            "has a name that is too long, or has line breaks or control characters in it."
        )
    at = _address(written)
    if not name.strip():
        return at
    escaped = re.sub(r'(["\\])', r"\\\1", name.strip())
    return f"{escaped} <{at}>" if re.fullmatch(r"[\w -]+", escaped) else f'"{escaped}" <{at}>'


def bare(of: str) -> str:
    """The address in a mailbox as `mailbox` gives it."""
    return of.rpartition("<")[2].removesuffix(">")


def in_mailto(mailbox_: str) -> str:
    """Its address as a `mailto:` URL has it (RFC 6068), what means something there encoded."""
    return quote(bare(mailbox_), safe="@!$'*+")


def check(sender: str, inbox: str, base_url: str) -> None:
    """Print the headers of a letter that has the longest values of everything."""
    domain = bare(sender).rpartition("@")[2]
    try:
        common_fields(_longest_common(sender, domain), "boundary")
        recipient_fields(_longest_own(inbox, base_url, domain), "Subject")
    except HeaderError as error:
        raise ValueError(_sentence(str(error), domain)) from error


_NO_NAME = ("Cc", "Cs", "Co", "Zl", "Zp")


def _address(written: str) -> str:
    try:
        parsed = address.parse(written, own_machine=True)
    except AddressError as error:
        raise ValueError(
            "is not an e-mail address; it looks like letters@example.org, or "
            "CNT <letters@example.org>."
        ) from error
    if not parsed.isascii():
        raise ValueError("must have nothing but ASCII before its @: few servers take more.")
    return parsed


def _longest_common(sender: str, domain: str) -> CommonHeaders:
    return CommonHeaders(
        sender=sender,
        reply_to=None,
        list_id=f"Course <{'s' * 100}.{domain}>",
        feedback_id=f"1:{'s' * 60}:confirmation:letterpath",
        auto_generated=True,
    )


def _longest_own(inbox: str, base_url: str, domain: str) -> RecipientHeaders:
    token = "t" * LONGEST_TOKEN
    return RecipientHeaders(
        message_id=f"<{'0' * 32}@{domain}>",
        date=datetime(2026, 12, 4, tzinfo=UTC),
        recipient="ada@example.org",
        unsubscribe_url=f"{base_url}/u/{token}",
        unsubscribe_mailto=f"mailto:{in_mailto(inbox)}?subject=leave%20{token}",
    )


def _sentence(words: str, domain: str) -> str:
    if words.startswith("not a Message-ID"):
        return (
            f"has a domain of {len(domain)} characters, too many for a Message-ID that no server "
            "folds. Send from a shorter one (41 or less)."
        )
    return f"can't stand in a letter's headers: {words}."
