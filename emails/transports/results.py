"""What became of one letter over one connection: a receipt, an error, or `RETRY`."""

from collections.abc import Sequence
from enum import Enum

from emails.errors import Deferred, Refused
from emails.reply_codes import About, Disposition, classify
from emails.transports.reply import Reply
from emails.transports.transport import Result


class Retry(Enum):
    """Not taken, through no fault of the letter's: another connection may have it at once."""

    RETRY = "retry"


RETRY = Retry.RETRY

AttemptResult = Result | Retry
AttemptResults = Sequence[tuple[int, AttemptResult]]  # by the letter's id


def result_of(reply: Reply, to_mail: bool = False) -> AttemptResult:
    """What a refusal means; `RETRY` for a reply that is none. `to_mail`: it answers MAIL."""
    if not 400 <= reply.code < 600:
        return RETRY
    found = classify(reply.code, reply.words)
    # MAIL names no reader yet: it is about us, and no letter should fail until somebody mends it.
    is_about_us = to_mail and found.about is not About.CONTENT
    if is_about_us or found.disposition is not Disposition.REFUSED:
        return Deferred(reply.code, reply.words, is_about_us)
    return Refused(reply.code, reply.words)
