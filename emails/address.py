"""Addresses: as they are written to, and as they are compared."""

import re
import unicodedata

import idna
from email_validator import EmailNotValidError, EmailSyntaxError, validate_email

from emails.errors import AddressError

LONGEST_ADDRESS = 254  # RFC 5321, section 4.5.3.1.3, without the angle brackets

# What a browser sends for bytes that are no text, and what our server makes of them.
_UNREADABLE = re.compile(r"\ufffd|%[89a-f][0-9a-f]", re.IGNORECASE)

# RFC 6761 gives this name to one's own machine; development sends from it.
OWN_MACHINE = ".localhost"


def parse(text: str, own_machine: bool = False) -> str:
    """The address as it is to be written to: its local part as typed, its domain in ASCII.

    `own_machine`: .localhost may be written to as well, where nobody else's letters go.
    Raises `AddressError`, in words for the person who typed it.
    """
    typed = text[: 2 * LONGEST_ADDRESS].strip()
    if reason := _slip(typed) or _unreadable(typed):
        raise AddressError(reason)
    own_machine = own_machine and typed.lower().endswith(OWN_MACHINE)
    try:
        found = validate_email(
            typed + ".example.org" if own_machine else typed,
            check_deliverability=False,
            allow_smtputf8=True,
        )
    except EmailNotValidError as error:
        raise AddressError(_reason(error)) from error
    domain = found.ascii_domain.removesuffix(".example.org") if own_machine else found.ascii_domain
    return f"{found.local_part}@{domain}"


def normalise(address: str) -> str:
    """The same text for all spellings of one address. Takes anything and never raises.

    What is longer than an address can be is none: of that, only the beginning is looked at.
    """
    address = address.strip()[: LONGEST_ADDRESS + 1]
    local, at, domain = unicodedata.normalize("NFC", address).rpartition("@")
    return unicodedata.normalize("NFC", local.casefold()) + at + _ascii(domain.lower())


def _slip(typed: str) -> str | None:
    """The slips that people make, each in a sentence that says what to do."""
    if not typed:
        return "Type your e-mail address, such as ada@example.org."
    if len(typed) > LONGEST_ADDRESS:
        return f"This is longer than an address can be ({LONGEST_ADDRESS} characters)."
    if "@" not in typed:
        return "An address has an @ in it, such as ada@example.org."
    if any(char.isspace() for char in typed):
        return "There is a space in this address. Take it out, and try again."
    if typed.count("@") > 1:
        return "An address has only one @."
    local, _, domain = typed.partition("@")
    if not local:
        return "The part before the @ is missing, such as ada in ada@example.org."
    if "." not in domain.strip("."):
        return "The part after the @ is not complete; it looks like example.org."
    return None


def _unreadable(typed: str) -> str | None:
    if _UNREADABLE.search(typed):
        return "There is a character in this address that can't be read. Type it once more."
    return None


def _reason(error: EmailNotValidError) -> str:
    kind = "This can't be an address" if isinstance(error, EmailSyntaxError) else "We can't use it"
    words = str(error)
    return f"{kind}: {words[:1].lower()}{words[1:]}"


def _ascii(domain: str) -> str:
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        return domain
