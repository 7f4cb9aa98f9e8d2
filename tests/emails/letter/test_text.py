"""The text part: a letter that is good to read without any HTML."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emails.letter.compiling import compile_letter
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


def test_verse_in_a_quotation_keeps_its_lines() -> None:
    verse = "> There sleeps a song\n> in all things\n\nProse goes\non."
    assert text(verse) == "    There sleeps a song\n    in all things\n\nProse goes on."
    assert "song<br>in all things" in compiled(verse).html


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
    assert whole.endswith("Privacy:\nhttps://cnt.example/privacy\n")


def test_tables_stand_in_columns() -> None:
    table = "| Day | Word |\n| - | - |\n| Monday | tired |"
    assert text(table) == "Day     Word\n------------\nMonday  tired"


def test_text_is_not_escaped() -> None:
    assert text('"Tea & talk" < 3') == "“Tea & talk” < 3"


LINK = "[Read](https://example.org/mon)"


@pytest.mark.parametrize(
    ("body", "right"),
    [
        (f"| Day | |\n| - | - |\n| Mon | {LINK} |", "Mon  Read [1]\n\n[1] https://example.org/mon"),
        (f"- | a | b |\n  | - | - |\n  | Mon | {LINK} |", "\n\n  [1] https://example.org/mon"),
        (f"> | a | b |\n> | - | - |\n> | Mon | {LINK} |", "\n\n    [1] https://example.org/mon"),
        (f"| a |\n| - |\n| {LINK} and {LINK[:-1]}day) |", "[2] https://example.org/monday"),
        (f"::: try\n| a |\n| - |\n| {LINK} |\n\nAfter it.\n:::", "mon\n\n  After it."),
        (f"| {'very long ' * 9} | {LINK} |\n| - | - |", "Read [1]\n\n[1] https://example.org/mon"),
    ],
)
def test_the_addresses_of_a_table_stand_right_below_it(body: str, right: str) -> None:
    assert right in text(body)


@pytest.mark.parametrize(
    ("body", "right"),
    [
        ("- > said she\n- two", "-     said she\n- two"),
        ("1. ```\n   make run\n   ```\n2. two", "1.     make run\n2. two"),
        ("- ## Big\n- two", "- Big\n  ---\n- two"),
        ("- ***\n- two", "- * * *\n- two"),
        ("- - deep\n- two", "- - deep\n- two"),
        ("1. - deep\n   - er", "1. - deep\n   - er"),
        ("- one\n-\n- three", "- one\n-\n- three"),
        ("- ![](x.png)\n- two", "-\n- two"),
        ("- | a | b |\n  | - | - |\n  | c | d |\n- two", "- a  b\n  ----\n  c  d\n- two"),
        ("- ![A kettle](x.png)", "- [A kettle]"),
        ("> - > deep", "    -     deep"),
        ("7. > a\n8. b", "7.     a\n8. b"),
    ],
)
def test_every_item_keeps_its_marker(body: str, right: str) -> None:
    assert text(body) == right


def test_an_item_keeps_its_marker_where_a_name_is_missing() -> None:
    letter = for_ada(compiled("- {{ first_name }}\n- two"), first_name="")
    assert "\n-\n- two\n" in letter.text


def test_a_table_is_as_wide_as_what_its_placeholders_stand_for() -> None:
    table = "| {{ first_name }} | you |\n| - | - |\n| walks | {{ brand }} |"
    assert text(table) == "Ada    you\n----------\nwalks  CNT"
    longer = for_ada(compiled(table), first_name="Ada | \x1f\n" + "long " * 20).text
    assert "walks: CNT" in longer


def test_numbers_stand_on_the_right_and_titles_between() -> None:
    table = "| Name | Sum | Mid |\n|:-----|----:|:---:|\n| tea | 5 | x |"
    assert text(table) == "Name  Sum  Mid\n--------------\ntea     5   x"
    html = compiled(table).html
    for side in ("left", "right", "center"):
        assert html.count(f"text-align:{side};vertical-align:top") == 2


def test_wide_and_combining_signs_are_counted_in_columns() -> None:
    table = "| 名前 | a |\n| - | - |\n| e\u0301te\u0301 | b |\n| 山 | c |"
    assert text(table) == "名前  a\n-------\ne\u0301te\u0301   b\n山    c"


words = st.sampled_from(["tea", "two cups", "a **bold** word", "`code`", "{{ first_name }}"])
links = st.integers(1, 99).map(lambda n: f"[read](https://example.org/page/{n})")
cells = words | links
tables = st.lists(st.tuples(cells, cells), min_size=1, max_size=3).map(
    lambda rows: "| aa | bb |\n| - | -: |\n" + "\n".join(f"| {a} | {b} |" for a, b in rows)
)
leaves = st.one_of(
    cells,
    tables,
    st.just("```\nmake run\n```"),
    st.just("***"),
    st.just(""),
    cells.map("## {}".format),
)
QUOTE = "> "


def indented(text: str, first: str, rest: str) -> str:
    return "\n".join((rest if n else first) + line for n, line in enumerate(text.split("\n")))


def containers(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        pairs.map("\n\n".join),
        pairs.map(lambda items: "\n".join(indented(item, "- ", "  ") for item in items)),
        pairs.map(lambda items: "\n".join(indented(item, "1. ", "   ") for item in items)),
        inner.map(lambda words: indented(words, QUOTE, QUOTE)),
    )


@given(st.recursive(leaves, containers, max_leaves=6), st.booleans())
def test_whatever_the_html_has_the_text_has(body: str, in_block: bool) -> None:
    letter = for_ada(compiled(f"::: try\n{body}\n:::\n\nThe end." if in_block else body))
    for url in re.findall(r'href="(https://example\.org/page/\d+)"', letter.html):
        assert re.search(rf"^ *\[\d+\] {url}$", letter.text, re.MULTILINE), letter.text
    starts = re.findall(r"^ *((?:(?:-|\d+\.)(?: +|$))+)", letter.text, re.MULTILINE)
    markers = sum(len(start.split()) for start in starts)
    assert markers == letter.html.count("<li"), letter.text
    assert "\n\n\n" not in letter.text
    assert not re.search(r"[ \t]\n", letter.text)
