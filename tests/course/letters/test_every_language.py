"""Nothing in a letter, the PDF or the calendar file is said past a catalog."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from icalendar import Calendar
from pypdf import PdfReader

from course.authoring.compiling import Compilation, compile_course
from course.authoring.publishing import _pdf
from course.authoring.samples import quotes, sample, samples
from course.letters.catalogue import Edition
from course.letters.makers import Context
from course.letters.placeholders import all_values
from course.models import DeliveryKind
from course.newsletters.composing import compose
from course.runtime.links import Links
from course.web.calendar_file import calendar_file
from emails.letter.compiling import Rendered, render
from emails.tokens import Signer
from tests.course.letters import pseudo

NOW = datetime(2026, 12, 4, 12, tzinfo=UTC)
LINKS = Links("https://letters.example.org", Signer("s" * 40))

LETTERS = (
    "confirmation",
    "welcome",
    "listening",
    "nudge",
    "closing",
    "already",
    "journal",
    "erasure",
)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Compilation:
    return compile_course(pseudo.write(tmp_path_factory.mktemp("pseudo")))


def rendered(course: Compilation, name: str) -> Rendered:
    to = next(to for to, key in samples(course, NOW) if key == name)
    values = all_values(Context(LINKS, to, course.sequence, NOW, quotes(course.sequence)))
    return render(course.letters[name], values)


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_says_nothing_past_its_catalog(course: Compilation, name: str) -> None:
    letter = rendered(course, name)
    assert pseudo.outside(letter.subject) == []
    assert pseudo.outside(letter.text) == []
    assert pseudo.outside(pseudo.words(letter.html)) == []
    assert "⟦" in letter.text


def test_a_newsletter_says_nothing_past_its_catalog(course: Compilation, tmp_path: Path) -> None:
    file = tmp_path / "news.md"
    file.write_text(
        "---\nsubject: Νέα\npreview: Λίγα.\ntitle: Νέα\n---\n\n{{ greeting }}\n", "utf-8"
    )
    letter = compose(file, course.sequence).letter
    to = sample(DeliveryKind.BROADCAST, "1", NOW)
    said = render(letter, all_values(Context(LINKS, to, course.sequence, NOW)))
    assert pseudo.outside(said.text + pseudo.words(said.html)) == []
    assert "⟦You get this letter because" in " ".join(said.text.split())


def test_the_calendar_file_says_nothing_past_its_catalog(course: Compilation) -> None:
    edition = Edition(1, 1, course.sequence, {})
    file = calendar_file(edition, "listening", NOW, "1@example.org", NOW)
    event = Calendar.from_ical(file.decode())
    (said,) = event.walk("VEVENT")
    assert said["summary"] == "⟦Time for “Μάθημα”⟧"
    assert said["description"] == "Τίτλος\nΨΧ"


def test_the_printed_sampler_says_nothing_past_its_catalog(course: Compilation) -> None:
    pdf = _pdf(course.sequence, {})
    assert pdf is not None
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    assert "Δοκίμασε" in text
    assert "Try this" in text, "in brackets"
    assert pseudo.outside(text) == []
