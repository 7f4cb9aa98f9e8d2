"""Quotation marks and spaces, as each language sets them."""

import pytest

from emails.letter.compiling import Theme, compile_letter
from tests.emails.samples import draft, for_ada


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Müller says “yes, ‘yes’”."),
        ("de-AT", "Müller says „yes, ‚yes‘“."),
        ("de-CH", "Müller says «yes, ‹yes›»."),
        ("fr", "Müller says «\xa0yes, ‹\xa0yes\xa0›\xa0»."),
        ("es-MX", "Müller says “yes, ‘yes’”."),
        ("xx", "Müller says “yes, ‘yes’”."),
    ],
)
def test_straight_quotes_become_the_language_s_own(language: str, said: str) -> None:
    letter = compile_letter(draft("Müller says \"yes, 'yes'\"."), Theme("CNT", language=language))
    assert said in letter.html
    assert said in letter.text


def test_what_the_author_set_stays() -> None:
    letter = compile_letter(draft("„So“, sagte sie. It's"), Theme("CNT", language="de"))
    assert "„So“, sagte sie. It’s" in letter.html


def test_a_line_never_ends_at_a_no_break_space() -> None:
    words = "{{ first_name }} " + "x" * 60 + " 8.\xa0Dezember um 19:30"
    text = for_ada(compile_letter(draft(words), Theme("CNT", language="de"))).text
    assert f"{'x' * 60}\n8.\xa0Dezember um 19:30" in text


def test_a_japanese_paragraph_is_wrapped_by_its_columns() -> None:
    words = "これはお手紙です。" * 12
    text = compile_letter(draft(words), Theme("CNT", language="ja")).text
    paragraph = text.split("\n\n")[2].split("\n")
    assert "".join(paragraph) == words
    assert all(len(line) <= 36 and not line.startswith("。") for line in paragraph)
