"""Trial letters: past the outbox, by the usual way, to whoever writes the letters or runs this.

A real letter with a sample reader's values. Its links open nothing: the key that signs them is
made for it and thrown away.
"""

from collections.abc import Iterable
from dataclasses import replace
from secrets import token_urlsafe

from course.letters.catalogue import AnyEdition
from course.letters.delivery_rows import DeliveryRow
from course.letters.makers import Quote
from course.letters.personalising import MessageBuilder, PreparedLetters
from course.runtime.links import Links
from course.runtime.process import Runtime
from emails.letter.compiling import CompiledLetter
from emails.tokens import Signer
from emails.transports.transport import Outgoing, Result

MARK = "[Test] "  # before the subject


def send(
    runtime: Runtime,
    edition: AnyEdition,
    letters: Iterable[tuple[DeliveryRow, CompiledLetter]],
    to: str,
    quotes: list[Quote],
) -> list[Result]:
    """The server's answers. Raises `EmailError` for a letter that can't be made, and `ValueError`
    for a mail URL that names no transport.
    """
    links = Links(runtime.settings.base_url, Signer(token_urlsafe(48)))
    builder = MessageBuilder(runtime.settings, links, runtime.signers)
    now = runtime.now()
    messages = []
    for number, (row, letter) in enumerate(letters, start=1):
        marked = replace(letter, subject=f"{MARK}{letter.subject}")
        name = f"<{token_urlsafe(16)}@{runtime.settings.mail_domain}>"
        mine = row._replace(delivery_id=number, letter_id=number, address=to, message_id=name)
        parsed = builder.parsed(marked, edition, number, row.kind)
        prepared: PreparedLetters = {(number, row.kind): parsed}
        messages.append(builder.message(prepared, mine, now, quotes))
    return hand_over(runtime, messages)


def hand_over(runtime: Runtime, messages: list[Outgoing]) -> list[Result]:
    """To the transport that is usual, each with its answer, in order."""
    usual = runtime.transports[0].transport
    answers = dict(usual.deliver(messages))
    usual.close()
    return [answers[message.id] for message in messages]
