"""Mail that comes in: for now, unsubscribing by letter (`mailto` in List-Unsubscribe).

`letterpath receive` reads one message from standard input, as a mail server's pipe gives it.
"""

import re
from datetime import datetime
from email import message_from_bytes, policy

from sqlmodel import Session

from course import enrolling
from course.links import Links
from course.models import Enrollment, Subscriber
from emails.errors import TokenError
from emails.tokens import Purpose

# The subject of the letter that our header asks mail programs to write.
LEAVE = re.compile(r"\bleave\s+([A-Za-z0-9_-]{10,64})\b")


def receive(session: Session, links: Links, raw: bytes, now: datetime) -> str:
    """Do what the message asks; one sentence on what was done, without naming anybody."""
    mail = message_from_bytes(raw, policy=policy.default)
    found = LEAVE.search(str(mail["Subject"] or ""))
    if found is None:
        return "Nothing to do: the subject does not ask to leave."
    try:
        enrollment_id = links.read(found[1], Purpose.LEAVE, now)
    except TokenError as error:
        return f"Nothing done: the token is {type(error).__name__.lower()}."
    enrollment = session.get(Enrollment, enrollment_id)
    if enrollment is None:
        return "Nothing to do: the subscriber was erased."
    subscriber = session.get_one(Subscriber, enrollment.subscriber_id)
    enrolling.leave(session, subscriber, now)
    return f"Enrollment {enrollment_id} has left."
