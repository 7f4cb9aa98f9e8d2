"""The standard library: an `EmailMessage` for each person, over one connection."""

import smtplib
from email.message import EmailMessage

from tests.bench.peers.filling import Filled, Pile
from tests.bench.peers.starting import arguments, ready


def main() -> None:
    given = arguments()
    pile = Pile(given.letter)
    ready()
    with smtplib.SMTP("127.0.0.1", given.port) as smtp:
        for number in range(given.letters):
            smtp.send_message(_message(pile.sender, pile.filled(number)))


def _message(sender: str, filled: Filled) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, filled.recipient, filled.subject
    for name, value in filled.headers.items():
        message[name] = value
    message.set_content(filled.text)
    message.add_alternative(filled.html, subtype="html")
    return message


if __name__ == "__main__":
    main()
