"""What is true of each kind of letter: a row a kind, no defaults, so that no field is forgotten.

The rows are in the order in which a reader meets them. What the database refuses stands in the
model (course/models/delivery.py); tests/course/letters/test_kinds.py holds the two together.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from course.letters.makers import OF_A_LESSON, Makers, first_line, prompt, reflections, url
from course.models import DeliveryKind
from emails.tokens import Purpose


class Queue(IntEnum):
    """The outbox's queues. What is in one is sent when those before it are empty."""

    ASKED = 0  # somebody asked for it and waits
    SCHEDULED = 1  # it comes at its hour
    NEWSLETTERS = 2  # it goes to many


@dataclass(frozen=True)
class Key:
    """A link that opens what is its reader's alone (docs/decisions/letters-with-a-key.md).

    How long it opens it is in course/runtime/links.py, by its purpose.
    """

    placeholder: str
    purpose: Purpose


@dataclass(frozen=True, kw_only=True)
class LetterKind:
    """`letter`: its name in a course; none where the delivery itself says which it is.

    `before_confirming`, `after_leaving`: who has confirmed may get everything. Who has left still
    owns a journal (its key, its end) and may come back. Whoever has not confirmed, and never will,
    can have their address erased.
    `queue`: as the conditions of the model's indexes have it, which change by migration.
    `paced`: it waits for its reader's hour and can be taken back; all others were asked for.
    `step`: it is one of its enrollment's steps, which is done when it is written.
    `max_retries`: what somebody waits for at this moment is no use tomorrow.
    `resend_if_uncertain`: under the Message-ID it had; once too often is better than never. Nobody
    waits for a newsletter: it stays as it is until a person decides.
    `auto_generated`: what was asked for a moment ago is no mailing of ours (RFC 3834, section 5).
    `bulk`: it goes to many at once, as its headers say.
    `footer`: brief for those who are not in the course (yet, or any more).
    `signed`: with the author's signature.
    `placeholders`: what it may say besides what every letter may, and its key.
    `shown_in_browser`: with a link to view it as a page, whose links are as old as the letter's. A
    page with a key would be a second key, and one that never runs out.
    """

    letter: str | None
    queue: Queue
    before_confirming: bool
    after_leaving: bool
    paced: bool
    step: bool
    max_retries: int
    resend_if_uncertain: bool
    auto_generated: bool
    bulk: bool
    footer: Literal["brief", "full", "newsletter"]
    signed: bool
    placeholders: Makers
    key: Key | None
    shown_in_browser: bool


KINDS: Mapping[DeliveryKind, LetterKind] = {
    DeliveryKind.CONFIRMATION: LetterKind(
        letter="confirmation",
        queue=Queue.ASKED,
        before_confirming=True,
        after_leaving=True,
        paced=False,
        step=False,
        max_retries=5,
        resend_if_uncertain=True,
        auto_generated=False,
        bulk=False,
        footer="brief",
        signed=False,
        placeholders={},
        key=Key("confirm_url", Purpose.CONFIRM),
        shown_in_browser=False,
    ),
    DeliveryKind.SAMPLER: LetterKind(
        letter="welcome",
        queue=Queue.ASKED,
        before_confirming=False,
        after_leaving=False,
        paced=False,
        step=False,
        max_retries=7,
        resend_if_uncertain=True,
        auto_generated=False,
        bulk=False,
        footer="full",
        signed=True,
        placeholders={
            "sampler_url": url(Purpose.SAMPLER),
            "sampler_pdf_url": url(Purpose.SAMPLER, ".pdf"),
            "next_line": first_line,
        },
        key=None,
        shown_in_browser=True,
    ),
    DeliveryKind.LESSON: LetterKind(
        letter=None,
        queue=Queue.SCHEDULED,
        before_confirming=False,
        after_leaving=False,
        paced=True,
        step=True,
        max_retries=7,
        resend_if_uncertain=True,
        auto_generated=True,
        bulk=False,
        footer="full",
        signed=True,
        placeholders={**OF_A_LESSON, "calendar_url": url(Purpose.VIEW, "/calendar")},
        key=None,
        shown_in_browser=True,
    ),
    DeliveryKind.NUDGE: LetterKind(
        letter="nudge",
        queue=Queue.SCHEDULED,
        before_confirming=False,
        after_leaving=False,
        paced=True,
        step=False,
        max_retries=7,
        resend_if_uncertain=True,
        auto_generated=True,
        bulk=False,
        footer="full",
        signed=False,
        placeholders={**OF_A_LESSON, "prompt": prompt},
        key=None,
        shown_in_browser=True,
    ),
    DeliveryKind.CLOSING: LetterKind(
        letter="closing",
        queue=Queue.SCHEDULED,
        before_confirming=False,
        after_leaving=False,
        paced=True,
        step=True,
        max_retries=7,
        resend_if_uncertain=True,
        auto_generated=True,
        bulk=False,
        footer="full",
        signed=True,
        placeholders={"reflections": reflections},
        key=None,
        shown_in_browser=True,
    ),
    DeliveryKind.ALREADY: LetterKind(
        letter="already",
        queue=Queue.ASKED,
        before_confirming=False,
        after_leaving=False,
        paced=False,
        step=False,
        max_retries=7,
        resend_if_uncertain=True,
        auto_generated=False,
        bulk=False,
        footer="full",
        signed=False,
        placeholders={},
        key=None,
        shown_in_browser=True,
    ),
    DeliveryKind.JOURNAL: LetterKind(
        letter="journal",
        queue=Queue.ASKED,
        before_confirming=False,
        after_leaving=True,
        paced=False,
        step=False,
        max_retries=3,
        resend_if_uncertain=True,
        auto_generated=False,
        bulk=False,
        footer="brief",
        signed=False,
        placeholders={},
        key=Key("open_url", Purpose.JOURNAL),
        shown_in_browser=False,
    ),
    DeliveryKind.ERASURE: LetterKind(
        letter="erasure",
        queue=Queue.ASKED,
        before_confirming=True,
        after_leaving=True,
        paced=False,
        step=False,
        max_retries=3,
        resend_if_uncertain=True,
        auto_generated=False,
        bulk=False,
        footer="brief",
        signed=False,
        placeholders={},
        key=Key("erase_url", Purpose.ERASE),
        shown_in_browser=False,
    ),
    DeliveryKind.BROADCAST: LetterKind(
        letter=None,
        queue=Queue.NEWSLETTERS,
        before_confirming=False,
        after_leaving=False,
        paced=False,
        step=False,
        max_retries=7,
        resend_if_uncertain=False,
        auto_generated=False,
        bulk=True,
        footer="newsletter",
        signed=True,
        placeholders={},
        key=None,
        shown_in_browser=True,
    ),
}

if _without := set(DeliveryKind) - set(KINDS):
    raise LookupError(f"course/letters/kinds.py has no row for: {', '.join(sorted(_without))}")

# The kind of a course's letter that is no lesson, by the letter's name.
BY_LETTER = {row.letter: kind for kind, row in KINDS.items() if row.letter}


def which(holds: Callable[[LetterKind], bool]) -> tuple[DeliveryKind, ...]:
    """The kinds of which this holds, in the order of the model."""
    return tuple(kind for kind in DeliveryKind if holds(KINDS[kind]))
