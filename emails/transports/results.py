"""What comes of a letter that was taken up: a receipt, an error, or that it may be tried again."""

from collections.abc import Sequence
from enum import Enum

from emails.errors import Deferred, Refused, TransportError
from emails.reply_codes import About, Fate, judge
from emails.transports.reply import Reply
from emails.transports.transport import Receipt


class Again(Enum):
    """Not taken, and not for anything that is wrong with it."""

    AGAIN = "again"


AGAIN = Again.AGAIN

Answer = Receipt | TransportError | Again
Answers = Sequence[tuple[int, Answer]]  # by the letter's id


def judged(reply: Reply, of_the_sender: bool = False) -> Answer:
    """What a no means; `AGAIN` where it is no answer at all. `of_the_sender`: it answers MAIL."""
    if not 400 <= reply.code < 600:
        return AGAIN
    verdict = judge(reply.code, reply.words)
    # No reader was named yet. Whoever mends it would not want every letter to be lost until then.
    of_us = of_the_sender and verdict.about is not About.CONTENT
    if of_us or verdict.fate is not Fate.REFUSED:
        return Deferred(reply.code, reply.words, of_us)
    return Refused(reply.code, reply.words)
