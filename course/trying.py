"""One test letter through the transport, past the outbox: what does the server say?"""

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid, parseaddr

from course.runtime import Runtime
from emails.dkim import sealed
from emails.errors import TransportError
from emails.transports import Outgoing, Receipt

WORDS = """\
This is a test letter from Letterpath, sent by: letterpath doctor --send

It went the way that all letters go. If it lies in the spam folder, look at SPF, DKIM and DMARC
of the sender's domain.
"""


def send(runtime: Runtime, to: str) -> Receipt | TransportError:
    """The server's answer. Raises `ValueError` for a mail URL that names no transport."""
    sender = parseaddr(runtime.settings.mail_from)[1]
    outgoing = Outgoing(1, sender, to, _message(runtime, to))
    usual = runtime.carriers[0].transport
    answers = list(usual.deliver([outgoing]))
    usual.close()
    ((_, answer),) = answers
    return answer


def _message(runtime: Runtime, to: str) -> bytes:
    message = EmailMessage(SMTP)
    message["From"] = runtime.settings.mail_from
    message["To"] = to
    message["Subject"] = "A test letter from Letterpath"
    message["Date"] = format_datetime(runtime.now())
    message["Message-ID"] = make_msgid(domain=runtime.settings.mail_domain)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(WORDS)
    return sealed(message.as_bytes(), runtime.seals, runtime.now())
