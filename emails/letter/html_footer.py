"""The foot of the HTML part: why one gets the letter, where help is, and who answers for it."""

from typing import Literal, TypedDict

from emails.letter.html_words import HtmlWords
from emails.letter.identity import Care
from emails.letter.phrases import Phrases
from emails.letter.theme import Theme


class Line(TypedDict):
    """A text, or links beside each other."""

    html: str
    is_links: bool


def footer_lines(
    kind: Literal["full", "newsletter", "brief"], look: Theme, phrases: Phrases, words: HtmlWords
) -> list[Line]:
    """From top to bottom, without those that are empty."""
    links = [words.anchor(*link) for link in phrases.footer_links(kind)]
    care, imprint = look.care, look.imprint
    pages = [words.outside(words.own(label), page) for label, page in phrases.pages(imprint)]
    # On one line, which a phone breaks where it has to.
    address = " · ".join(map(words.line, imprint.postal_address))
    lines = [
        Line(html=words.own(phrases.why(kind)), is_links=False),
        Line(html=_beside(links), is_links=True),
        Line(html=words.line(care.text) if care else "", is_links=False),
        Line(html=_beside(_helpline(care, words)), is_links=True),
        Line(html=address, is_links=False),
        Line(html=_beside(pages), is_links=True),
    ]
    return [line for line in lines if line["html"]]


def _helpline(care: Care | None, words: HtmlWords) -> list[str]:
    if care is None or care.link is None:
        return []
    return [words.outside(words.line(care.link_label or care.link), care.link)]


def _beside(links: list[str]) -> str:
    return " &nbsp; ".join(links)
