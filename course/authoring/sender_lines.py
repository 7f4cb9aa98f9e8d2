"""A sender that no mail server would take, found when the course is linted."""

from collections.abc import Callable, Iterator

from course.letters.senders import reply_to_of, sender_of
from sequences.findings import Finding
from sequences.sequence import Publication

# Any installation's: what it is changes nothing about the author's own.
INSTALLATION = "letters@example.org"


def wrong_senders(publication: Publication) -> Iterator[Finding]:
    """Checked by what writes the headers."""
    makers: dict[str, Callable[[], object]] = {
        "address": lambda: sender_of(publication, INSTALLATION),
        "reply_to": lambda: reply_to_of(publication),
    }
    for key, make in makers.items():
        try:
            make()
        except ValueError as error:
            remedy = f'Write {key} = "letters@your-domain.org" below [sender].'
            line = publication.line_of(f"sender.{key}")
            yield Finding(publication.manifest, line, f"{key} {error}", remedy)
