"""The letter that every contestant sends: the first lesson of the course that ships.

`letter.eml` is the message that Ada gets, as our product sends it. `letter.json` is the same
letter for everybody else:

    sender, headers, subject, text, html    with @@name@@ where a person's value goes
    people      a value (text) for each name, for each of a hundred people
    compiled    subject, text and html as our own templates, their `numbers` and their `common`
"""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from course.authoring.compiling import compile_course
from course.authoring.samples import samples
from course.letters.delivery_rows import DeliveryRow
from course.letters.makers import Context
from course.letters.placeholders import all_values
from course.runtime.links import Links
from emails.letter.compiling import CompiledLetter, Value, render
from emails.message.compiled_message import CommonHeaders, CompiledMessage, RecipientHeaders
from emails.tokens import Signer
from sequences.sequence import Sequence
from tests.support.shipped import COURSE

NOW = datetime(2026, 12, 4, 12, tzinfo=UTC)
SENDER = "CNT <letters@example.org>"
SECRET = "a secret that is only used to measure with"
NAMES = ("Ada", "Grace", "Mallory", "Zoë", "Jean-Luc", "Anne-Sophie", "Bo", "Edsger")
PEOPLE = 100


def write(folder: Path) -> Path:
    """Both files; the path of `letter.json`."""
    compilation = compile_course(COURSE)
    first = compilation.sequence.lessons[0].id
    ada = next(to for to, key in samples(compilation, NOW) if key == first)
    compiled, sequence = compilation.letters[first], compilation.sequence
    values = _values(sequence, ada, 0)
    common = _common(sequence)
    letter = {
        "sender": SENDER,
        "headers": _headers(common),
        **asdict(render(compiled, _marks(values))),
        "people": [_texts(_values(sequence, ada, number)) for number in range(PEOPLE)],
        "compiled": asdict(compiled),
        "common": asdict(common),
        "numbers": {name: value for name, value in values.items() if isinstance(value, int)},
    }
    (folder / "letter.eml").write_bytes(_printed(compiled, common, values))
    path = folder / "letter.json"
    path.write_text(json.dumps(letter, indent=1))
    return path


def _values(sequence: Sequence, ada: DeliveryRow, number: int) -> dict[str, Value]:
    """The reader of that number's."""
    to = ada._replace(
        delivery_id=number + 1,
        enrollment_id=number + 1,
        subscriber_id=number + 1,
        first_name=NAMES[number % len(NAMES)],
        address=f"reader{number}@example.org",
    )
    return all_values(
        Context(Links("https://letters.example.org", Signer(SECRET)), to, sequence, NOW)
    )


def _texts(values: dict[str, Value]) -> dict[str, str]:
    return {name: value for name, value in values.items() if isinstance(value, str)}


def _printed(letter: CompiledLetter, common: CommonHeaders, values: dict[str, Value]) -> bytes:
    message = CompiledMessage.of(letter, common)
    assert message is not None
    leave = str(values["leave_url"])
    mailto = "mailto:letters@example.org?subject=leave"
    person = RecipientHeaders("<1@example.org>", NOW, str(values["address"]), leave, mailto)
    return message.message(values, person)


def _common(sequence: Sequence) -> CommonHeaders:
    return CommonHeaders(
        sender=SENDER,
        reply_to=None,
        list_id=f"{sequence.title} <{sequence.slug}.example.org>",
        feedback_id=f"1:{sequence.slug}:lesson:letterpath",
        auto_generated=True,
    )


def _marks(values: dict[str, Value]) -> dict[str, Value]:
    return {
        name: f"@@{name}@@" if isinstance(value, str) else value for name, value in values.items()
    }


def _headers(common: CommonHeaders) -> dict[str, str]:
    return {
        "List-ID": common.list_id,
        "List-Unsubscribe": "<@@leave_url@@>, <mailto:letters@example.org?subject=leave>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Feedback-ID": common.feedback_id,
        "Auto-Submitted": "auto-generated",
    }
