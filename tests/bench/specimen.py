"""The letter that every contestant sends: the first lesson of the course that ships.

`letter.eml` is the message that Ada gets, as our product sends it. `letter.json` is the same
letter for everybody else:

    sender, headers, subject, text, html    with @@name@@ where a person's value goes
    people      a value (text) for each name, for each of a hundred people
    compiled    subject, text and html as our own templates, and their `numbers`
"""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from course.config import Settings
from course.links import Links
from course.personalising import Addressed, Press
from course.previewing import samples
from course.publishing import compile_course
from emails.letter import Value, render
from emails.tokens import Signer
from tests.world import COURSE

NOW = datetime(2026, 12, 4, 12, tzinfo=UTC)
SENDER = "CNT <letters@example.org>"
SECRET = "a secret that is only used to measure with"
NAMES = ("Ada", "Grace", "Mallory", "Zoë", "Jean-Luc", "Anne-Sophie", "Bo", "Edsger")
PEOPLE = 100


def write(folder: Path) -> Path:
    """Both files; the path of `letter.json`."""
    press, addressed = _press(), _first_lesson()
    values = press.values(addressed, NOW, [])
    numbers = {name: value for name, value in values.items() if isinstance(value, int)}
    marked = render(addressed.letter, _marks(values))
    letter = {
        "sender": SENDER,
        "headers": _headers(addressed),
        **asdict(marked),
        "people": [_person(press, addressed, number) for number in range(PEOPLE)],
        "compiled": asdict(addressed.letter),
        "numbers": numbers,
    }
    _address(addressed, 0)
    (folder / "letter.eml").write_bytes(press.message(addressed, NOW, []).data)
    path = folder / "letter.json"
    path.write_text(json.dumps(letter, indent=1))
    return path


def _press() -> Press:
    settings = Settings(
        base_url="https://letters.example.org",
        mail_from=SENDER,
        mail_inbox=SENDER,
        secret_key=SecretStr(SECRET),
    )
    return Press(settings, Links(settings.base_url, Signer(SECRET)))


def _first_lesson() -> Addressed:
    compilation = compile_course(COURSE)
    first = compilation.sequence.lessons[0].id
    return next(addressed for addressed, key in samples(compilation, NOW) if key == first)


def _person(press: Press, addressed: Addressed, number: int) -> dict[str, str]:
    _address(addressed, number)
    values = press.values(addressed, NOW, [])
    return {name: value for name, value in values.items() if isinstance(value, str)}


def _address(addressed: Addressed, number: int) -> None:
    """To the reader of that number."""
    addressed.delivery.id = addressed.enrollment.id = addressed.subscriber.id = number + 1
    addressed.subscriber.first_name = NAMES[number % len(NAMES)]
    addressed.subscriber.address = f"reader{number}@example.org"


def _marks(values: dict[str, Value]) -> dict[str, Value]:
    return {
        name: f"@@{name}@@" if isinstance(value, str) else value for name, value in values.items()
    }


def _headers(addressed: Addressed) -> dict[str, str]:
    sequence = addressed.edition.sequence
    return {
        "List-ID": f"{sequence.title} <{sequence.slug}.example.org>",
        "List-Unsubscribe": "<@@leave_url@@>, <mailto:letters@example.org?subject=leave>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Feedback-ID": f"1:{sequence.slug}:lesson:letterpath",
        "Auto-Submitted": "auto-generated",
    }
