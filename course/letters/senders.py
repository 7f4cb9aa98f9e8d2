"""Whom a publication's letters come from, and where replies to them go."""

from course.config import senders
from sequences.identity import Sender
from sequences.sequence import Publication


def sender_of(publication: Publication, mail_from: str) -> str:
    """A mailbox as headers have it; the installation's where the author has named none.

    Raises `ValueError` for what can't be one.
    """
    by = publication.identity.sender
    if by == Sender(reply_to=by.reply_to):
        return mail_from
    address = by.address or senders.bare(mail_from)
    return senders.mailbox(f'"{_quoted(by.name or publication.brand.name)}" <{address}>')


def reply_to_of(publication: Publication) -> str | None:
    """None where replies go to the sender. Raises `ValueError` for what can't be a mailbox."""
    reply_to = publication.identity.sender.reply_to
    return senders.mailbox(reply_to) if reply_to else None


def _quoted(name: str) -> str:
    return name.replace("\\", r"\\").replace('"', r"\"")
