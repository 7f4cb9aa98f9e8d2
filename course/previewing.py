"""Every letter of a course as files to look at, before anybody gets one."""

from datetime import UTC, datetime
from pathlib import Path

from flask import Flask, render_template

from course.catalogue import Edition
from course.config import Settings
from course.links import Links
from course.models import Delivery, DeliveryKind, Enrollment, EnrollmentState, Subscriber
from course.personalising import Addressed, Press
from course.publishing import Compilation
from course.writing import LETTER_KEYS
from emails.letter import Rendered, render

DARK = "@media (prefers-color-scheme: dark)"

WORDS = [
    {
        "title": "Create a Judgment-Free Communication Zone",
        "text": "On the drive back from the lake. You asked, and then you waited.",
    }
]


def write(
    compilation: Compilation, folder: Path, settings: Settings, links: Links, now: datetime
) -> int:
    """Write the letters and an index that shows them all; how many there were."""
    folder.mkdir(parents=True, exist_ok=True)
    press, names = Press(settings, links), []
    for number, (addressed, key) in enumerate(samples(compilation, now), start=1):
        name = f"{number:02}-{key}"
        letter = render(addressed.letter, press.values(addressed, now, WORDS))
        _write(folder, name, letter)
        names.append({"name": name, "subject": letter.subject, "text": letter.text})
    (folder / "index.html").write_text(_index(compilation, names))
    return len(names)


def samples(compilation: Compilation, now: datetime) -> list[tuple[Addressed, str]]:
    """Each letter as Ada would get it, in the order of the journey."""
    sequence, letters = compilation.sequence, compilation.letters
    kinds = {key: kind for kind, key in LETTER_KEYS.items()}
    lessons = [lesson.id for lesson in sequence.lessons]
    order = [
        "confirmation",
        "welcome",
        *lessons,
        "nudge",
        "closing",
        "already",
        "journal",
        "erasure",
    ]
    return [
        (_sample(compilation, key, kinds.get(key, DeliveryKind.LESSON), now), key)
        for key in order
        if key in letters
    ]


def _sample(compilation: Compilation, key: str, kind: DeliveryKind, now: datetime) -> Addressed:
    sequence = compilation.sequence
    slot = sequence.lessons[0].id if kind is DeliveryKind.NUDGE else key
    ada = Subscriber(
        id=1,
        address="ada@example.org",
        address_key="",
        first_name="Ada",
        zone="Europe/Berlin",
        created_at=now,
    )
    place = Enrollment(
        id=1,
        subscriber_id=1,
        course_id=1,
        state=EnrollmentState.ACTIVE,
        next_send_at=datetime(2026, 12, 8, 18, 30, tzinfo=UTC),
        created_at=now,
    )
    delivery = Delivery(
        id=1,
        subscriber_id=1,
        enrollment_id=1,
        round=1,
        kind=kind,
        slot=slot,
        letter_id=1,
        due_at=now,
        message_id="<1@example.org>",
        created_at=now,
    )
    return Addressed(
        delivery, place, ada, compilation.letters[key], Edition(1, 1, sequence, {key: 1})
    )


def _write(folder: Path, name: str, letter: Rendered) -> None:
    (folder / f"{name}.html").write_text(letter.html)
    (folder / f"{name}.dark.html").write_text(letter.html.replace(DARK, "@media all"))
    (folder / f"{name}.txt").write_text(f"{letter.subject}\n\n{letter.text}")


def _index(compilation: Compilation, names: list[dict[str, str]]) -> str:
    with Flask("course").app_context():
        return render_template("preview.html", title=compilation.sequence.title, letters=names)
