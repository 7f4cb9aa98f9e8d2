"""The text part: a letter that is good to read without any HTML."""

import re

from emails.letter import compile_letter
from tests.emails.samples import ADA, CNT, compiled, for_ada, lesson

LONG = "word " * 60


def text(body: str) -> str:
    """Only what stands between the title and the footer."""
    whole = for_ada(compiled(body)).text
    return whole.partition("Hear\n====\n\n")[2].partition("\n\n-----")[0]


def test_a_paragraph_is_wrapped() -> None:
    assert max(map(len, text(LONG).splitlines())) <= 72


def test_a_paragraph_with_a_name_is_wrapped_when_the_name_is_known() -> None:
    letter = compiled("Well, {{ first_name }}, " + LONG)
    lines = for_ada(letter, first_name="Wilhelmina Maximiliana").text.splitlines()
    assert any("Wilhelmina Maximiliana" in line for line in lines)
    assert max(map(len, lines)) <= 72


def test_headings_are_underlined() -> None:
    assert text("## A talk\n\nText.") == "A talk\n------\n\nText."


def test_quotations_and_lists_are_indented() -> None:
    assert text("> Said.\n\n- one\n- two\n  - deeper\n\n3. three\n4. four") == (
        "    Said.\n\n- one\n- two\n  - deeper\n\n3. three\n4. four"
    )


def test_long_list_items_hang() -> None:
    first, second, *_ = text("- " + LONG).splitlines()
    assert first.startswith("- word")
    assert second.startswith("  word")


def test_a_link_has_its_address_below_and_nothing_sticks_to_it() -> None:
    body = "Choose ([your pace]({{ pace_url }})). " + LONG
    assert f"\n\n[1] {ADA['pace_url']}" in text(body)
    assert "Choose (your pace [1])." in text(body)


def test_no_address_is_ever_broken() -> None:
    url = "https://example.org/" + "a-very/long_way/" * 9
    assert f"[1] {url}" in text(f"Read [this]({url}) " + LONG)


def test_a_button_is_its_label_and_its_address() -> None:
    whole = for_ada(compile_letter(lesson(), CNT)).text
    assert f"\n\nWrite my answer:\n{ADA['reflect_url']}\n\n" in whole


def test_no_two_empty_lines_and_no_trailing_spaces() -> None:
    whole = for_ada(compile_letter(lesson(calendar=True), CNT), next_line="").text
    assert "\n\n\n" not in whole
    assert not re.search(r"[ \t]\n", whole)
    assert whole.endswith("help.\n")


def test_tables_stand_in_columns() -> None:
    table = "| Day | Word |\n| - | - |\n| Monday | tired |"
    assert text(table) == "Day     Word\n------------\nMonday  tired"


def test_text_is_not_escaped() -> None:
    assert text('"Tea & talk" < 3') == "“Tea & talk” < 3"
