"""Our letters and our transport: personalised and delivered for each person.

LETTERPATH_DKIM_KEYS, as in the product, says with which keys they are signed; by default with none.
"""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from course.config.dkim_keys import signers
from course.sending.render_ahead import in_groups
from emails.letter.compiling import CompiledLetter
from emails.message.compiled_message import CommonHeaders, CompiledMessage, RecipientHeaders
from emails.message.dkim import DkimSigner, sign
from emails.transports.factory import open_transport
from emails.transports.transport import Outgoing, Receipt
from tests.bench.peers.starting import arguments, ready


def main() -> None:
    given = arguments()
    letter = json.loads(Path(given.letter).read_text())
    transport = open_transport(f"smtp://127.0.0.1:{given.port}?starttls=never")
    keys = signers(os.environ.get("LETTERPATH_DKIM_KEYS", ""), "example.org")
    ready()
    letters = in_groups(_batch(letter, given.letters, keys), signed=bool(keys))
    for _id, fate in transport.deliver(letters):
        if not isinstance(fate, Receipt):
            raise fate
    transport.close()


def _batch(
    letter: dict[str, Any], letters: int, keys: tuple[DkimSigner, ...]
) -> Iterator[Outgoing]:
    people, now = letter["people"], datetime.now(UTC)
    message = CompiledMessage.of(
        CompiledLetter(**letter["compiled"]), CommonHeaders(**letter["common"])
    )
    assert message is not None
    for id_ in range(letters):
        values = {**people[id_ % len(people)], **letter["numbers"]}
        to, leave = values["address"], values["leave_url"]
        mailto = "mailto:letters@example.org?subject=leave"
        person = RecipientHeaders(f"<{id_}@example.org>", now, to, leave, mailto)
        data = sign(message.message(values, person), keys, now)
        yield Outgoing(id_, "letters@example.org", to, data, dotless=True)


if __name__ == "__main__":
    main()
