"""What pages and letters of the German course and of the Arabic newsletter look like."""

import re
from email.message import EmailMessage

from playwright.sync_api import Page

from tests.browser.barriers import barriers
from tests.support.world import URL, World

LOOKED_AT: set[str] = set()  # by axe, by their titles

TAGS = re.compile(r"<style.*?</style>|<[^>]*>", re.DOTALL)

# Words of ours that no German sentence has.
ENGLISH = re.compile(
    r"\b(the|you|your|yours|and|to|with|this|that|is|it|we|are|what|how|from|for|"
    r"letters?|lessons?|step|write|leave|course|next|address|email|page|click|press)\b",
    re.IGNORECASE,
)


def looks_german(page: Page) -> None:
    assert page.locator("html").get_attribute("lang") == "de"
    shown = page.locator("body").inner_text() + page.title()
    attributes = page.locator("[alt], [aria-label], [title], [placeholder]")
    said = attributes.evaluate_all(
        "all => all.flatMap(e => [e.alt, e.ariaLabel, e.title, e.placeholder]).filter(Boolean)"
    )
    has_no_english("\n".join([shown, *said]))
    assert not page.locator(".house, .stones").count()
    has_no_barrier(page)


def has_no_barrier(page: Page) -> None:
    """Asked once of each page: with the other database it is the same."""
    title = page.title()
    if title not in LOOKED_AT:
        LOOKED_AT.add(title)
        assert barriers(page) == []
        page.emulate_media(color_scheme="light")


def looks_arabic(page: Page) -> None:
    """Right to left, and the engine says it in the newsletter's own phrases."""
    html = page.locator("html")
    assert (html.get_attribute("lang"), html.get_attribute("dir")) == ("ar", "rtl")
    has_no_english(page.locator("main").inner_text())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not page.locator("input[type=email]:not([dir=ltr])").count()
    has_no_barrier(page)


def is_the_practice_s(letter: EmailMessage) -> None:
    assert letter["From"] == "Mira Grünfeld <briefe@praxis-gruenfeld.example>"
    assert letter["Reply-To"] == "mira@praxis-gruenfeld.example"
    assert letter["Content-Language"] == "de"
    for kind in ("plain", "html"):
        part = letter.get_body((kind,))
        assert part is not None
        body = str(part.get_content())
        assert "Lindenstraße 12" in body
        has_no_english(TAGS.sub(" ", body))
    has_no_english(str(letter["Subject"]) + str(letter["List-ID"]))


def is_the_choir_s(issue: EmailMessage) -> None:
    assert issue["From"] == "جوقة النيل <risala@choir.example>"
    assert issue["Content-Language"] == "ar"
    html = issue.get_body(("html",))
    assert html is not None
    assert 'dir="rtl"' in str(html.get_content())
    for said in (str(html.get_content()), World.text(issue)):
        assert "١٤ شارع الموسيقى" in said
        assert "مشترك في" in said, "why one gets it"


def has_no_english(said: str) -> None:
    assert ENGLISH.findall(URL.sub("", said)) == [], said
