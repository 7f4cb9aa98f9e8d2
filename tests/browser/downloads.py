"""What a reader of the German course takes away from its pages: a PDF, and a calendar file."""

from io import BytesIO
from pathlib import Path

from icalendar import Calendar
from playwright.sync_api import Page
from pypdf import PdfReader

from tests.browser.identities import has_no_english, looks_german
from tests.course.authoring.printed import words


def prints_the_sampler(page: Page) -> None:
    """From its page, which is open."""
    looks_german(page)
    link = page.locator("main a[href$='.pdf']").first.evaluate("link => link.href")
    pdf = PdfReader(BytesIO(page.request.get(link).body()))
    assert str(pdf.root_object["/Lang"]) == "de"
    said = words(pdf)
    assert "Wer sich morgens erst „in Ruhe“ hinsetzen will" in said
    assert "Was hast du gesehen?" in said
    assert sum(len(sheet.images) for sheet in pdf.pages) == 1
    has_no_english(f"{said} {pdf.metadata}")


def sets_aside_half_an_hour(page: Page) -> None:
    """On Wednesdays, by the file that the page offers, which is open."""
    looks_german(page)
    page.locator("select").select_option(label="Mittwoch")
    page.locator("input[type=time]").fill("06:30")
    with page.expect_download() as file:
        page.locator("main form button").click()
    calendar = Calendar.from_ical(Path(file.value.path()).read_bytes())
    (event,) = calendar.walk("VEVENT")
    starts = event.decoded("dtstart")
    assert (f"{starts:%a %H:%M %z}", str(starts.tzinfo)) == ("Wed 06:30 +0100", "Europe/Berlin")
    assert event["rrule"].to_ical() == b"FREQ=WEEKLY"
    assert event["summary"] == "Zeit für „Drei ruhige Atemzüge“"
    for part in calendar.walk():
        has_no_english("\n".join(str(part.get(name, "")) for name in SHOWN))


SHOWN = ("summary", "description", "location", "comment", "x-wr-calname", "x-wr-caldesc")
