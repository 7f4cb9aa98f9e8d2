"""Reading who publishes: `[sender]`, `[signature]`, `[imprint]`, `[care]`, `[progress]`, `[links]`.

A course's manifest may have all of them, a newsletter's all but the mark of progress.
"""

import re
from collections.abc import Iterator
from typing import get_args

from babel import Locale

from sequences.findings import did_you_mean
from sequences.identity import Care, Identity, Imprint, Link, Mark, Sender, Signature
from sequences.toml_tables import KnownKeys, TomlTables

# `[links]` has the author's own names.
KEYS: KnownKeys = {
    "sender": ("name", "address", "reply_to"),
    "signature": ("name", "sign_off", "about", "portrait"),
    "imprint": ("postal_address", "country", "imprint_url", "privacy_url"),
    "care": ("text", "link_label", "link"),
    "links": (),
}
PROGRESS_KEYS: KnownKeys = {"progress": ("mark",)}

LONGEST_NAME = 150
LONGEST_ADDRESS = 254  # RFC 5321, section 4.5.3.1.3
LONGEST_LINK = 1_000
LONGEST_NOTE = 500
MOST_LINES = 8
MOST_LINKS = 50

WEB = re.compile(r"https://[^\s/]+\.[^\s/]+(/\S*)?")
LINK_NAME = re.compile(r"[a-z][a-z_]{0,39}")

# As CLDR has them, without the groups of countries and what is none.
COUNTRIES = frozenset(
    code for code in map(str, Locale("en").territories) if re.fullmatch("[A-Z]{2}", code)
) - {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}


def read_identity(tables: TomlTables) -> Identity:
    return Identity(
        sender=read_sender(tables),
        signature=read_signature(tables),
        imprint=read_imprint(tables),
        care=read_care(tables),
        links=read_links(tables),
    )


def read_sender(tables: TomlTables) -> Sender:
    return Sender(
        name=tables.optional_text("sender", "name", LONGEST_NAME),
        address=tables.optional_text("sender", "address", LONGEST_ADDRESS),
        reply_to=tables.optional_text("sender", "reply_to", LONGEST_ADDRESS + LONGEST_NAME),
    )


def read_signature(tables: TomlTables) -> Signature | None:
    """None where there is no such part."""
    if not tables.has("signature"):
        return None
    return Signature(
        name=tables.text("signature", "name", LONGEST_NAME),
        sign_off=tables.optional_text("signature", "sign_off", LONGEST_NAME),
        about=tables.text_lines("signature", "about", MOST_LINES, LONGEST_NOTE),
        portrait=tables.picture("signature", "portrait"),
    )


def read_imprint(tables: TomlTables) -> Imprint:
    return Imprint(
        postal_address=tables.text_lines("imprint", "postal_address", MOST_LINES, LONGEST_NAME),
        country=_country(tables),
        imprint_url=web_address(tables, "imprint", "imprint_url"),
        privacy_url=web_address(tables, "imprint", "privacy_url"),
    )


def read_care(tables: TomlTables) -> Care | None:
    """None where there is no such part."""
    if not tables.has("care"):
        return None
    text = tables.text("care", "text", LONGEST_NOTE)
    label = tables.optional_text("care", "link_label", LONGEST_NAME)
    link = web_address(tables, "care", "link")
    if bool(label) != bool(tables.get("care", "link")):
        tables.wrong("care", "link", "A link needs both link_label and link.", "Write both.")
    return Care(text, label, link)


def read_mark(tables: TomlTables) -> Mark:
    mark, known = tables.get("progress", "mark"), get_args(Mark)
    if mark is not None and mark not in known:
        remedy = did_you_mean(str(mark), known, f"Write one of {', '.join(known)}.")
        tables.wrong("progress", "mark", f"There is no mark {mark}.", remedy)
    return mark if mark in known else "steps"


def read_links(tables: TomlTables) -> tuple[Link, ...]:
    return tuple(_links(tables))


def web_address(tables: TomlTables, part: str, key: str) -> str | None:
    """An address beginning with `https://`; None where there is none."""
    address = tables.optional_text(part, key, LONGEST_LINK)
    if address is None or WEB.fullmatch(address):
        return address
    remedy = f'Write the whole address: {key} = "https://www.example.org/page"'
    tables.wrong(part, key, f"{key} is no address of a page.", remedy)
    return None


def _links(tables: TomlTables) -> Iterator[Link]:
    names = tables.names_in("links")
    if len(names) > MOST_LINKS:
        message = f"There are {len(names)} links, and {MOST_LINKS} are the most."
        tables.wrong("links", "", message, "Take some of them away.")
    for name in names[:MOST_LINKS]:
        if not LINK_NAME.fullmatch(name):
            remedy = 'Write it in small letters and underscores: shop = "https://…"'
            tables.wrong("links", name, f"{name} can't be the name of a link.", remedy)
        elif address := web_address(tables, "links", name):
            yield Link(name, address)
        elif not isinstance(tables.get("links", name), str):
            tables.wrong("links", name, f"{name} leads nowhere.", "Write its address in quotes.")


def _country(tables: TomlTables) -> str | None:
    country = tables.optional_text("imprint", "country")
    if country is None or country in COUNTRIES:
        return country
    remedy = 'Write its two letters as in ISO 3166, like "DE", "GB" or "US".'
    tables.wrong("imprint", "country", f"{country} is no country's code.", remedy)
    return None
