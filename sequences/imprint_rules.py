"""What the law asks of whoever writes to many people, as far as a folder can say it."""

from sequences.identity import Identity, Imprint

# Placeholders of the folders that we ship, and of what `letterpath new` writes.
EXAMPLES = ("example.org", "Example Street")


def missing(imprint: Imprint) -> list[str]:
    """The keys of `[imprint]` that are not there, and where they are asked for.

    CAN-SPAM (15 U.S.C. 7704(a)(5)(A)(iii)) wants a postal address in commercial mail; GDPR,
    article 13, a word on what happens with an address where it is taken; DDG, section 5 (Germany),
    and ECG, section 5 (Austria), a page that says who is behind it.
    """
    found = []
    if not imprint.postal_address:
        found.append("postal_address (United States: CAN-SPAM)")
    if not imprint.privacy_url:
        found.append("privacy_url (European Union: GDPR, article 13)")
    if imprint.country in ("DE", "AT") and not imprint.imprint_url:
        found.append("imprint_url (Germany: DDG, section 5; Austria: ECG, section 5)")
    return found


def examples(identity: Identity) -> list[str]:
    """The values that nobody has changed yet."""
    imprint, sender, care = identity.imprint, identity.sender, identity.care
    values = [
        *imprint.postal_address,
        imprint.imprint_url,
        imprint.privacy_url,
        sender.address,
        sender.reply_to,
        care.link if care else None,
        *(link.address for link in identity.links),
    ]
    return [value for value in values if value and any(one in value for one in EXAMPLES)]
