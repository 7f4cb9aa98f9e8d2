"""How large a letter becomes with the longest values that a reader of it can have.

What is published can be sent to everybody: a letter that is clipped for one reader is refused
before anybody gets it.
"""

from datetime import UTC, datetime

from course.config.senders import LONGEST_NAME as LONGEST_SENDER
from course.letters.delivery_rows import DeliveryRow
from course.letters.makers import LONGEST_QUOTE, Context, Quote
from course.letters.placeholders import all_values
from course.letters.senders import reply_to_of, sender_of
from course.models import DeliveryKind
from course.runtime.links import Links
from emails.errors import HeaderError, TooLarge
from emails.letter.compiling import CompiledLetter
from emails.message.composing import (
    LARGEST_UNSIGNED,
    CommonHeaders,
    RecipientHeaders,
    compose_within,
)
from emails.tokens import LARGEST_ID, Purpose, Signer
from sequences.sequence import Lesson, Publication, Sequence

THEN = datetime(2026, 9, 30, 23, 59, tzinfo=UTC)  # a Wednesday in September: none is longer

# Four bytes in UTF-8, and so twelve in quoted-printable.
WIDEST_CHARACTER = "\U0001d49c"
LONGEST_NAME = 100  # as the database has it
# Its domain is shown as 162 characters of four bytes.
WIDEST_LABEL, WIDE_LABEL = f"xn--j50i{'a' * 55}", f"xn--j50i{'a' * 49}"
LONGEST_ADDRESS = f"{'&' * 64}@{WIDEST_LABEL}.{WIDEST_LABEL}.{WIDE_LABEL}.org"
LONGEST_LINKS = Links("https://" + "l" * 33, Signer(""))

# The installation's: `course/config/senders.py` takes none that is longer.
SENDER = f"{WIDEST_CHARACTER * LONGEST_SENDER} <{'l' * 64}@{'long.' * 8}org>"
INBOX = f"mailto:letters@{'long.' * 12}org?subject=leave%20{'t' * 32}"


def check(letter: CompiledLetter, kind: DeliveryKind, key: str, publication: Publication) -> None:
    """Raises `TooLarge` for a letter that somebody could not be sent."""
    to = _reader(kind, _slot(key, kind, publication))
    context = Context(LONGEST_LINKS, to, publication, THEN, _quotes())
    try:
        common = _common(publication, kind, key)
        compose_within(letter, all_values(context), common, _OWN)
    except TooLarge as error:
        raise TooLarge(error.excess + LARGEST_UNSIGNED, LARGEST_UNSIGNED) from error
    except (HeaderError, ValueError):
        return  # said of its own line by lint


def _slot(key: str, kind: DeliveryKind, publication: Publication) -> str:
    """The lesson that the letter speaks of; a nudge may speak of the one that says most."""
    if kind is DeliveryKind.NUDGE and isinstance(publication, Sequence):
        return max(publication.lessons, key=_said).id
    return key


def _said(lesson: Lesson) -> int:
    return len((lesson.title + (lesson.prompt.text if lesson.prompt else "")).encode())


def _quotes() -> list[Quote]:
    """One of the longest; `compose_within` leaves it out where there is no room for it."""
    return [{"step": "", "text": WIDEST_CHARACTER * LONGEST_QUOTE}]


def _reader(kind: DeliveryKind, slot: str) -> DeliveryRow:
    return DeliveryRow(
        delivery_id=LARGEST_ID,
        kind=kind,
        slot=slot,
        round=1,
        letter_id=LARGEST_ID,
        message_id="",
        attempts=0,
        enrollment_id=LARGEST_ID,
        due_at=THEN,
        next_send_at=THEN,
        subscriber_id=LARGEST_ID,
        address=LONGEST_ADDRESS,
        first_name=WIDEST_CHARACTER * LONGEST_NAME,
        zone="UTC",
    )


def _common(publication: Publication, kind: DeliveryKind, key: str) -> CommonHeaders:
    return CommonHeaders(
        sender=sender_of(publication, SENDER),
        reply_to=reply_to_of(publication),
        list_id=f"{publication.title} <{publication.slug}.{'long.' * 8}org>",
        feedback_id=f"{LARGEST_ID}:{publication.slug}:{kind}:{key[:15]}",
        auto_generated=True,
    )


_OWN = RecipientHeaders(
    message_id=f"<{'m' * 32}@{'long.' * 7}org>",
    date=THEN,
    recipient="r" * len(LONGEST_ADDRESS) + "@example.org",
    unsubscribe_url=LONGEST_LINKS.to(Purpose.LEAVE, LARGEST_ID, THEN),
    unsubscribe_mailto=INBOX,
)
