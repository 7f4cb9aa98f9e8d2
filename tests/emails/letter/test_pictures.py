"""Pictures in a letter and on a page: their size, their description, their one address for all."""

import re
from html.parser import HTMLParser

import pytest

from emails.letter.compiling import Rendered, Theme, compile_letter, page_html, placeholders
from emails.letter.identity import Signature
from emails.letter.pictures import Picture
from tests.emails.samples import CNT, draft, for_ada

TABLE = Picture("pictures/table.jpg", "a" * 32 + ".jpg", 1104, 736)
DOT = Picture("dot.png", "b" * 32 + ".png", 40, 40)
ADA = Picture("ada.jpg", "d" * 32 + ".jpg", 144, 192)
LOGO = Picture("logo.png", "c" * 32 + ".png", 400, 100)

A_TABLE = "![A table, *laid* for two](pictures/table.jpg)"


class Images(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[dict[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.found.append({name: value or "" for name, value in attrs})


def read(body: str, theme: Theme = CNT) -> Rendered:
    letter = compile_letter(draft(body, pictures=(TABLE, DOT)), theme)
    return for_ada(letter, pictures_url="https://letters.example.org/pictures")


def images(body: str, theme: Theme = CNT) -> list[dict[str, str]]:
    return Images(read(body, theme).html).found


def test_a_picture_fills_the_column_and_has_twice_its_pixels() -> None:
    (image,) = images(A_TABLE)
    assert (image["width"], image["height"]) == ("552", "368")
    assert "display:block;width:100%;max-width:552px" in image["style"]
    assert image["alt"] == "A table, laid for two"


def test_its_address_is_the_same_for_everybody() -> None:
    letter = compile_letter(draft(A_TABLE, pictures=(TABLE,)), CNT)
    assert f'src="{{{{ pictures_url }}}}/{TABLE.file}"' in letter.html
    assert "pictures_url" in placeholders(letter)
    assert "pictures_url" not in placeholders(compile_letter(draft("Words."), CNT))


@pytest.mark.parametrize(
    ("body", "width"),
    [
        (f"::: insight\n{A_TABLE}\n:::", "500"),
        (f"::: try\n{A_TABLE}\n:::", "526"),
        (f"- one\n- {A_TABLE}", "522"),
        (f"> {A_TABLE}", "531"),
        (f"| a | b |\n| - | - |\n| {A_TABLE} | c |", "264"),
    ],
)
def test_where_there_is_less_room_it_is_smaller(body: str, width: str) -> None:
    """Outlook goes by the attribute alone."""
    assert images(body)[0]["width"] == width


def test_a_small_one_stands_in_the_line_as_large_as_it_is() -> None:
    (image,) = images("Press ![the dot](dot.png) here.")
    assert (image["width"], image["height"]) == ("40", "40")
    assert "display:block" not in image["style"]


def test_two_in_a_paragraph_and_one_in_a_link_stand_alone() -> None:
    both = images(f"{A_TABLE}\n{A_TABLE}\n\n[{A_TABLE}](https://example.org)")
    assert all("display:block" in image["style"] for image in both)
    assert len(both) == 3


def test_a_description_may_name_the_reader_and_breaks_nothing() -> None:
    (image,) = images('![{{ first_name }} says "<b>"](dot.png)')
    assert image["alt"] == 'Ada says "<b>"'


def test_in_the_text_part_its_description_stands_in_brackets() -> None:
    text = read(f"One.\n\n{A_TABLE}\n\nTwo.").text
    assert "One.\n\n[A table, laid for two]\n\nTwo." in text


def test_the_logo_says_the_brand_s_name() -> None:
    html = read("Words.", Theme("Quiet & Co", logo=LOGO)).html
    (image,) = Images(html).found
    assert (image["alt"], image["width"], image["height"]) == ("Quiet & Co", "200", "50")
    assert re.sub(r"<[^>]+>", "", html).count("Quiet & Co") == 0


@pytest.mark.parametrize(("language", "start"), [("en", "left"), ("he", "right")])
def test_who_signs_is_seen_beside_the_name_which_describes_it(language: str, start: str) -> None:
    look, by = Theme("CNT", language=language), Signature("Ada & Co", "Warmly,", ADA)
    letter = for_ada(compile_letter(draft("Hello.", signature=by), look), pictures_url="https://x")
    (image,) = Images(letter.html).found
    assert (image["width"], image["height"], image["alt"]) == ("48", "64", "")
    assert image["src"] == f"https://x/{ADA.file}"
    assert f'style="padding-{start}:16px">' in letter.html
    assert re.search("Warmly,.*<br>.*Ada &amp; Co", letter.html)
    assert ADA.file not in letter.text


def test_a_page_shows_it_with_all_its_pixels() -> None:
    html = page_html(A_TABLE, pictures=(TABLE,), pictures_url="/kurs/pictures")
    (image,) = Images(html).found
    assert image == {
        "src": f"/kurs/pictures/{TABLE.file}",
        "alt": "A table, laid for two",
        "width": "1104",
        "height": "736",
        "loading": "lazy",
    }


def test_one_that_was_not_published_is_its_description() -> None:
    assert images("![A chair](chair.jpg)") == []
    assert page_html("![A chair](chair.jpg)") == "<p>A chair</p>\n"
