"""Django's `EmailMultiAlternatives`, over one connection that stays open."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from tests.bench.peers.filling import Pile
from tests.bench.peers.starting import arguments, ready


def main() -> None:
    given = arguments()
    pile = Pile(given.letter)
    settings.configure(USE_I18N=False)
    ready()
    with get_connection(
        "django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=given.port
    ) as connection:
        for number in range(given.letters):
            filled = pile.filled(number)
            message = EmailMultiAlternatives(
                filled.subject,
                filled.text,
                pile.sender,
                [filled.recipient],
                headers=filled.headers,
                connection=connection,
            )
            message.attach_alternative(filled.html, "text/html")
            message.send()


if __name__ == "__main__":
    main()
