"""A letter with one person's values, and what stands on its envelope → the bytes of a message.

The bytes are written by hand: the standard library takes ten times as long, and its folding
breaks long URLs. Text part first, both parts in quoted-printable, all lines short and in ASCII.
"""

import hashlib
from binascii import b2a_qp
from dataclasses import dataclass
from datetime import datetime

from emails import headers
from emails.errors import HeaderError, RenderError
from emails.letter import Rendered

# Gmail clips a letter at about 102 kB; some of it belongs to those who carry it.
LARGEST = 80_000


@dataclass(frozen=True, slots=True)
class Head:
    """`date` is aware. `sender` and `reply_to` may have a display name, `recipient` is bare.

    `list_id` is `Title <slug.example.org>`, `unsubscribe_mailto` a whole `mailto:` URL.
    `auto_generated`: nobody asked for this one letter, so no robot should answer (RFC 3834).
    """

    message_id: str
    date: datetime
    sender: str
    recipient: str
    reply_to: str | None
    list_id: str
    feedback_id: str
    unsubscribe_url: str
    unsubscribe_mailto: str
    auto_generated: bool


def compose(rendered: Rendered, head: Head) -> bytes:
    """The message, with CRLF line ends.

    All of it is ASCII, unless the recipient's own address is not (RFC 6532). Raises
    `HeaderError` (a `ValueError`) for a value that would break a header, and `RenderError`
    for a message beyond 80,000 bytes.
    """
    boundary = _boundary(head.message_id)
    lines = [f"{name}: {value}" for name, value in _fields(rendered, head)]
    lines += [f'Content-Type: multipart/alternative; boundary="{boundary}"', "", ""]
    part = f"--{boundary}\r\nContent-Type: text/{{}}; charset=utf-8\r\n"
    part += "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    message = b"".join(
        (
            "\r\n".join(lines).encode(),
            part.format("plain").encode(),
            _quoted(rendered.text),
            part.format("html").encode(),
            _quoted(rendered.html),
            f"--{boundary}--\r\n".encode(),
        )
    )
    if len(message) > LARGEST:
        raise RenderError(f"the message has {len(message)} bytes, and {LARGEST} is the most")
    return message


def _fields(rendered: Rendered, head: Head) -> list[tuple[str, str]]:
    fields = [
        ("From", headers.mailbox(head.sender, "From")),
        ("To", headers.mailbox(head.recipient, "To")),
        ("Subject", headers.subject(rendered.subject)),
        ("Date", headers.date(head.date)),
        ("Message-ID", headers.checked_message_id(head.message_id)),
        ("List-ID", headers.list_id(head.list_id)),
        ("List-Unsubscribe", headers.unsubscribe(head.unsubscribe_url, head.unsubscribe_mailto)),
        ("List-Unsubscribe-Post", headers.ONE_CLICK),
        ("Feedback-ID", headers.feedback_id(head.feedback_id)),
        ("MIME-Version", "1.0"),
    ]
    if head.reply_to is not None:
        fields.insert(2, ("Reply-To", headers.mailbox(head.reply_to, "Reply-To")))
    if head.auto_generated:
        fields.append(("Auto-Submitted", "auto-generated"))
    if not fields[0][1].isascii():
        raise HeaderError("the sender's address has to be in ASCII")
    return fields


def _boundary(message_id: str) -> str:
    """The same for the same message. Quoted-printable never has `=_`, so no text can hold it."""
    return "=_" + hashlib.sha256(message_id.encode()).hexdigest()[:24]


def _quoted(text: str) -> bytes:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n") + "\n"
    # The last CRLF belongs to the boundary that follows (RFC 2046, section 5.1.1).
    return b2a_qp(lines.encode(), istext=True).replace(b"\n", b"\r\n") + b"\r\n"
