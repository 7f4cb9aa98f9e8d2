"""One test letter through the transport, past the outbox: what does the server say?

A spam filter sees what it sees of every letter: both parts, a footer, and the headers to leave by.
Its links open nothing, since their key is thrown away.
"""

from datetime import datetime
from email.utils import make_msgid, parseaddr
from secrets import token_urlsafe

from course.config.settings import Settings
from course.operations import trials
from course.runtime.links import Links
from course.runtime.process import Runtime
from emails.letter.compiling import Draft, Theme, compile_letter, render
from emails.message.composing import CommonHeaders, RecipientHeaders, compose
from emails.message.dkim import sign
from emails.message.headers import sender_id
from emails.tokens import Purpose, Signer
from emails.transports.transport import Outgoing, Result

BRAND = "Letterpath"

TEST = Draft(
    subject="A test letter from Letterpath",
    preview="It went the way that all letters go.",
    title="A test letter",
    body="""\
This is a test letter from Letterpath, sent by: `letterpath doctor --send`

It has the form of all letters, so a spam filter says of it what it says of them. If it lies in the
spam folder, look at SPF, DKIM and DMARC of the sender's domain.

The links below are made for this test, and open nothing.
""",
    footer="brief",
)


def send(runtime: Runtime, to: str) -> Result:
    """The server's answer. Raises `ValueError` for a mail URL that names no transport."""
    sender = parseaddr(runtime.settings.mail_from)[1]
    message = sign(_message(runtime.settings, to, runtime.now()), runtime.signers, runtime.now())
    (answer,) = trials.hand_over(runtime, [Outgoing(1, sender, to, message, dotless=True)])
    return answer


def _message(settings: Settings, to: str, now: datetime) -> bytes:
    leave = Links(settings.base_url, Signer(token_urlsafe(48))).to(Purpose.LEAVE, 1, now)
    values = {"address": to, "brand": BRAND, "leave_url": leave}
    rendered = render(compile_letter(TEST, Theme(BRAND)), values)
    return compose(rendered, _common(settings), _own(settings, to, now, leave))


def _common(settings: Settings) -> CommonHeaders:
    domain = settings.mail_domain
    return CommonHeaders(
        sender=settings.mail_from,
        reply_to=None,
        list_id=f"{BRAND} <test.{domain}>",
        feedback_id=f"0:test:test:{sender_id(domain)}",
        auto_generated=True,
    )


def _own(settings: Settings, to: str, now: datetime, leave: str) -> RecipientHeaders:
    inbox = parseaddr(settings.mail_inbox)[1]
    return RecipientHeaders(
        message_id=make_msgid(domain=settings.mail_domain),
        date=now,
        recipient=to,
        unsubscribe_url=leave,
        unsubscribe_mailto=f"mailto:{inbox}?subject=leave%20{leave.rpartition('/')[2]}",
    )
