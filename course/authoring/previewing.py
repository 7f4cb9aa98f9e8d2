"""Every letter of a course as files to look at, before anybody gets one.

Their links open nothing: the key that signs them is made for one preview and thrown away, or
whoever looks at the files could act for the first reader.
"""

import secrets
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask, render_template

from course.authoring.compiling import Compilation
from course.letters.delivery_rows import DeliveryRow
from course.letters.kinds import KINDS
from course.letters.makers import Context
from course.letters.placeholders import all_values
from course.models import DeliveryKind
from course.runtime.links import Links
from emails.letter.compiling import Rendered, render
from emails.tokens import Signer

DARK = "@media (prefers-color-scheme: dark)"

QUOTES = [
    {
        "step": "judgment-free-zone",
        "text": "On the drive back from the lake. You asked, and then you waited.",
    }
]


def write(compilation: Compilation, folder: Path, base_url: str, now: datetime) -> int:
    """Write the letters and an index that shows them all; how many there were."""
    folder.mkdir(parents=True, exist_ok=True)
    links = Links(base_url, Signer(secrets.token_urlsafe(48)))
    names = []
    for number, (to, key) in enumerate(samples(compilation), start=1):
        name = f"{number:02}-{key}"
        values = all_values(Context(links, to, compilation.sequence, now, QUOTES))
        letter = render(compilation.letters[key], values)
        _write(folder, name, letter)
        names.append({"name": name, "subject": letter.subject, "text": letter.text})
    (folder / "index.html").write_text(_index(compilation, names), "utf-8")
    return len(names)


def samples(compilation: Compilation) -> list[tuple[DeliveryRow, str]]:
    """Each letter as Ada would get it, in the order of the journey."""
    return [
        (_sample(compilation, key, kind), key)
        for kind, row in KINDS.items()
        for key in ([row.letter] if row.letter else _lessons(compilation, kind))
        if key in compilation.letters
    ]


def _lessons(compilation: Compilation, kind: DeliveryKind) -> list[str]:
    """A newsletter is no part of a course."""
    lessons = compilation.sequence.lessons if kind is DeliveryKind.LESSON else ()
    return [lesson.id for lesson in lessons]


def _sample(compilation: Compilation, key: str, kind: DeliveryKind) -> DeliveryRow:
    return DeliveryRow(
        delivery_id=1,
        kind=kind,
        slot=compilation.sequence.lessons[0].id if kind is DeliveryKind.NUDGE else key,
        round=1,
        letter_id=1,
        message_id="<1@example.org>",
        attempts=0,
        due_at=datetime(2026, 12, 1, 18, 30, tzinfo=UTC),
        enrollment_id=1,
        next_send_at=datetime(2026, 12, 8, 18, 30, tzinfo=UTC),
        subscriber_id=1,
        address="ada@example.org",
        first_name="Ada",
        zone="Europe/Berlin",
    )


def _write(folder: Path, name: str, letter: Rendered) -> None:
    (folder / f"{name}.html").write_text(letter.html, "utf-8")
    (folder / f"{name}.dark.html").write_text(letter.html.replace(DARK, "@media all"), "utf-8")
    (folder / f"{name}.txt").write_text(f"{letter.subject}\n\n{letter.text}", "utf-8")


def _index(compilation: Compilation, names: list[dict[str, str]]) -> str:
    with Flask("course").app_context():
        return render_template("preview.html", title=compilation.sequence.title, letters=names)
