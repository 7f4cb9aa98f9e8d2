"""A letter rendered for one reader, and its headers → the bytes of a message (RFC 5322, MIME).

The bytes are written by hand: `EmailMessage` with `smtplib` takes 3,168 µs of CPU a letter, where
the whole way of ours takes 51 (docs/performance.md), and its folding breaks long URLs. Text part
first, both parts in quoted-printable (or in base64: see `transfer_encoding`), all lines short and
in ASCII, and none begins with a dot.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from emails.errors import HeaderError, TooLarge
from emails.letter.compiling import CompiledLetter, Rendered, Value, render
from emails.letter.rendering import OWN_WORDS, ROOM
from emails.message import headers
from emails.transfer_encoding import PLAIN, Encodings, encoded, encodings

# Bytes. Gmail clips a letter at about 102 kB; some of it belongs to those who carry it.
LARGEST_MESSAGE = 80_000

# DKIM signatures of both kinds come on top (`emails.message.dkim`).
LARGEST_SIGNATURES = 2_000
LARGEST_UNSIGNED = LARGEST_MESSAGE - LARGEST_SIGNATURES

# Exchange answers a robot's letter unless it is told not to ([MS-OXCMAIL], section 2.2.3.2.14).
# Reports of a bounce are wanted, so it is not "All".
NO_ANSWERS = "OOF, AutoReply"

ORDER = (
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "List-ID",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Feedback-ID",
    "MIME-Version",
    "Auto-Submitted",
    "Precedence",
    "X-Auto-Response-Suppress",
    "Content-Language",
    "Content-Type",
)


@dataclass(frozen=True, slots=True)
class CommonHeaders:
    """The header fields that all messages of one letter from one installation share.

    `sender` and `reply_to` may have a display name, `list_id` is `Title <slug.example.org>`.
    `auto_generated`: nobody asked for this one letter, so no robot should answer (RFC 3834).
    `bulk`: a person wrote it, to many; it may not say the former (section 5), and says this instead
    (RFC 2076, section 3.9).
    `language`: a BCP 47 tag (RFC 3282).
    """

    sender: str
    reply_to: str | None
    list_id: str
    feedback_id: str
    auto_generated: bool
    bulk: bool = False
    language: str | None = None


class RecipientHeaders(NamedTuple):
    """The header fields of one message.

    `date` is aware, `recipient` a bare address, `unsubscribe_mailto` a whole `mailto:` URL.
    """

    message_id: str
    date: datetime
    recipient: str
    unsubscribe_url: str
    unsubscribe_mailto: str


def compose(
    rendered: Rendered,
    common: CommonHeaders,
    own: RecipientHeaders,
    most: int = LARGEST_MESSAGE,
    encodings: Encodings = PLAIN,
) -> bytes:
    """The message, with CRLF line ends, and no line that begins with a dot.

    All of it is ASCII, unless the recipient's own address is not (RFC 6532). Raises
    `HeaderError` (a `ValueError`) for a value that would break a header, and `TooLarge`
    for a message beyond `most` bytes.
    """
    boundary = boundary_of(own.message_id)
    fields = {
        **common_fields(common, boundary),
        **recipient_fields(own, headers.subject(rendered.subject)),
    }
    before_text, before_html, after = frame(boundary, encodings)
    text, html = map(encoded, (rendered.text, rendered.html), encodings)
    return fitting(
        b"".join((field_lines(fields).encode(), before_text, text, before_html, html, after)), most
    )


def compose_within(
    letter: CompiledLetter,
    values: Mapping[str, Value],
    common: CommonHeaders,
    own: RecipientHeaders,
) -> bytes:
    """As `compose`, with as many of the reader's own words as there is room for."""
    room = OWN_WORDS
    while True:
        try:
            rendered = render(letter, {**values, ROOM: room})
            return compose(
                rendered, common, own, LARGEST_UNSIGNED, encodings(letter.text, letter.html)
            )
        except TooLarge as error:
            if not room or not values.get("reflections"):
                raise
            # They stand in both parts, and take as much in each, or nearly so.
            room = max(0, room - error.excess // 2 - 200)


def boundary_of(text: str) -> str:
    """The same for the same text. Quoted-printable never has `=_`, so no text can hold it."""
    return "=_" + hashlib.sha256(text.encode()).hexdigest()[:24]


def common_fields(of: CommonHeaders, boundary: str) -> dict[str, str]:
    """Raises `HeaderError`."""
    fields = {
        "From": headers.mailbox(of.sender, "From"),
        "List-ID": headers.list_id(of.list_id),
        "List-Unsubscribe-Post": headers.ONE_CLICK,
        "Feedback-ID": headers.feedback_id(of.feedback_id),
        "MIME-Version": "1.0",
        "X-Auto-Response-Suppress": NO_ANSWERS,
        "Content-Type": f'multipart/alternative; boundary="{boundary}"',
    }
    if not fields["From"].isascii():
        raise HeaderError("the sender's address has to be in ASCII")
    if of.reply_to is not None:
        fields["Reply-To"] = headers.mailbox(of.reply_to, "Reply-To")
    if of.language is not None:
        fields["Content-Language"] = headers.language(of.language)
    if of.auto_generated:
        fields["Auto-Submitted"] = "auto-generated"
    if of.bulk:
        fields["Precedence"] = "bulk"
    return fields


def recipient_fields(of: RecipientHeaders, subject: str) -> dict[str, str]:
    """`subject` is encoded already. Raises `HeaderError`."""
    return {
        "To": headers.mailbox(of.recipient, "To"),
        "Subject": subject,
        "Date": headers.date(of.date),
        "Message-ID": headers.checked_message_id(of.message_id),
        "List-Unsubscribe": headers.unsubscribe(of.unsubscribe_url, of.unsubscribe_mailto),
    }


def field_lines(fields: dict[str, str]) -> str:
    """The header section, in the order that all our messages have."""
    return "".join(f"{name}: {fields[name]}\r\n" for name in ORDER if name in fields)


def frame(boundary: str, encodings: Encodings = PLAIN) -> tuple[bytes, bytes, bytes]:
    """What stands before the text part, before the HTML part, and after both.

    The CRLF before a boundary belongs to it (RFC 2046, section 5.1.1).
    """
    head = f"\r\n--{boundary}\r\nContent-Type: text/{{}}; charset=utf-8\r\n"
    head += "Content-Transfer-Encoding: {}\r\n\r\n"
    before_text, before_html = map(head.format, ("plain", "html"), encodings)
    after = f"\r\n--{boundary}--\r\n"
    return before_text.encode(), before_html.encode(), after.encode()


def fitting(message: bytes, most: int = LARGEST_MESSAGE) -> bytes:
    """The message as it is. Raises `TooLarge` where it would be clipped."""
    if len(message) > most:
        raise TooLarge(len(message), most)
    return message
