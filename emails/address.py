"""Addresses: as they are written to, and as they are compared."""

import re
import unicodedata

import idna
from email_validator import EmailNotValidError, EmailSyntaxError, validate_email

from emails.errors import AddressError

LONGEST_ADDRESS = 254  # RFC 5321, section 4.5.3.1.3, without the angle brackets


def marked(sentence: str) -> str:
    """As it stands: whoever shows it says it in the language of the page."""
    return sentence


EXAMPLE = "ada@example.org"

# What is wrong with no slip that we know has these words.
_NO_ADDRESS = marked("This can’t be an email address. Check it for typos.")
_UNUSABLE = marked("We can’t write to this address. Please use another one.")

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
    if sentence := _slip(typed) or _unreadable(typed):
        raise AddressError(sentence, example=EXAMPLE, most=LONGEST_ADDRESS)
    own_machine = own_machine and typed.lower().endswith(OWN_MACHINE)
    try:
        found = validate_email(
            typed + ".example.org" if own_machine else typed,
            check_deliverability=False,
            allow_smtputf8=True,
        )
    except EmailNotValidError as error:
        raise AddressError(
            _NO_ADDRESS if isinstance(error, EmailSyntaxError) else _UNUSABLE
        ) from error
    domain = found.ascii_domain.removesuffix(".example.org") if own_machine else found.ascii_domain
    return f"{found.local_part}@{domain}"


def shown(address: str) -> str:
    """As its owner writes it: `ada@bücher.de`, where letters go to `ada@xn--bcher-kva.de`."""
    if "xn--" not in address:
        return address
    local, at, domain = address.rpartition("@")
    try:
        return f"{local}{at}{idna.decode(domain)}"
    except idna.IDNAError:
        return address


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
        return marked("Enter your email address, such as %(example)s.")
    if len(typed) > LONGEST_ADDRESS:
        return marked("An email address has at most %(most)s characters, and this is longer.")
    if "@" not in typed:
        return marked("An email address has an @ in it, such as %(example)s.")
    if any(char.isspace() for char in typed):
        return marked("There is a space in this address. Take it out and try again.")
    if typed.count("@") > 1:
        return marked("An email address has only one @.")
    local, _, domain = typed.partition("@")
    if not local:
        return marked("The part before the @ is missing. An address looks like %(example)s.")
    if "." not in domain.strip("."):
        return marked("The part after the @ isn’t complete. An address looks like %(example)s.")
    return None


def _unreadable(typed: str) -> str | None:
    if _UNREADABLE.search(typed):
        return marked("One character in this address can’t be read. Please type it again.")
    return None


def _ascii(domain: str) -> str:
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        return domain
