"""Our letters and our transport: rendered, composed and delivered for each person."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from emails.letter import Letter, render
from emails.message import Head, compose
from emails.transports import Outgoing, Receipt, open_transport
from tests.bench.peers.starting import arguments, ready


def main() -> None:
    given = arguments()
    letter = json.loads(Path(given.letter).read_text())
    transport = open_transport(f"smtp://127.0.0.1:{given.port}?starttls=never")
    ready()
    for _id, fate in transport.deliver(_batch(letter, given.letters)):
        if not isinstance(fate, Receipt):
            raise fate
    transport.close()


def _batch(letter: dict[str, Any], letters: int) -> Iterator[Outgoing]:
    compiled, people, now = Letter(**letter["compiled"]), letter["people"], datetime.now(UTC)
    for id_ in range(letters):
        person = people[id_ % len(people)]
        message = compose(
            render(compiled, {**person, **letter["numbers"]}), _head(letter, person, id_, now)
        )
        yield Outgoing(id_, "letters@example.org", person["address"], message)


def _head(letter: dict[str, Any], person: dict[str, str], id_: int, now: datetime) -> Head:
    return Head(
        message_id=f"<{id_}@example.org>",
        date=now,
        sender=letter["sender"],
        recipient=person["address"],
        reply_to=None,
        list_id=letter["headers"]["List-ID"],
        feedback_id=letter["headers"]["Feedback-ID"],
        unsubscribe_url=person["leave_url"],
        unsubscribe_mailto="mailto:letters@example.org?subject=leave",
        auto_generated=True,
    )


if __name__ == "__main__":
    main()
