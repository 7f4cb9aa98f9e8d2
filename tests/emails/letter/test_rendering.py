"""Personalising: whatever the values are, they are only ever words."""

import textwrap

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from emails.errors import RenderError
from emails.letter.compiling import CompiledLetter, compile_letter, render
from emails.letter.rendering import fill
from emails.lines import is_even, width
from emails.message.composing import compose
from tests.emails.samples import CNT, compiled, draft, for_ada, headers, lesson
from tests.support import amounts
from tests.support.message_rules import check_message

MALLORY = [
    "Mallory\r\nBcc: grace@example.org",
    "{{ 7 * 7 }}",
    "{% include 'x' %}",
    "<script>alert(1)</script>",
    '"><img src=http://evil.example/x.gif>',
    "=?utf-8?q?Grace?=",
    "= soft =\n.\n.\nRCPT TO:<grace@example.org>",
    ".\r\n.",
    "\u202eyrollaM",
    "M" * 2_000,
    "Mal\0lo\x1bry",
    "Ma\udcffllory",
    "📝" * 150,
]


@pytest.mark.parametrize("name", MALLORY)
def test_mallorys_name_breaks_no_rule_of_mail(name: str) -> None:
    mallory = {"first_name": name, "greeting": f"Dear {name},"}
    letter = compile_letter(lesson(subject="For {{ first_name }}"), CNT)
    check_message(compose(for_ada(letter, **mallory), *headers()))


@pytest.mark.parametrize("name", MALLORY)
def test_mallorys_name_is_escaped_and_never_run(name: str) -> None:
    letter = for_ada(compiled("Dear {{ first_name }}."), first_name=name)
    assert "<script" not in letter.html
    assert "<img" not in letter.html
    assert "49" not in letter.text
    assert "\u202e" not in letter.html + letter.text


def test_a_subject_is_one_short_line() -> None:
    letter = compile_letter(draft(subject="For {{ first_name }}"), CNT)
    subject = for_ada(letter, first_name="Mallory\r\nBcc: " + "x" * 500).subject
    assert "\n" not in subject
    assert len(subject) <= 150


def test_html_is_escaped_and_text_is_not() -> None:
    letter = for_ada(compiled("{{ first_name }}"), first_name="Ada & <Co>")
    assert "Ada &amp; &lt;Co&gt;" in letter.html
    assert "Ada & <Co>" in letter.text


def test_line_breaks_in_a_value_stay_line_breaks() -> None:
    letter = for_ada(compiled("> {{ prompt }}"), prompt="First <one>.\n\nThen another.")
    assert "First &lt;one&gt;.<br><br>Then another." in letter.html
    assert "    First <one>.\n\n    Then another." in letter.text


OWN = "Before.\n\n::: own-words\nYou wrote:\n:::\n\nAfter."
WORDS = [{"title": "Check-Ins", "text": "At the lake.\n<b>"}, {"title": "Repair", "text": "Sorry."}]


def test_the_readers_own_words_come_back_in_both_parts() -> None:
    letter = for_ada(compiled(OWN), reflections=WORDS)
    assert "At the lake.<br>&lt;b&gt;" in letter.html
    assert "Check-Ins\n    At the lake.\n    <b>\n\nRepair\n    Sorry.\n\nAfter." in letter.text


def test_without_own_words_there_is_no_trace_of_them() -> None:
    letter = for_ada(compiled(OWN))
    assert "own words" not in letter.html + letter.text
    assert "You wrote" not in letter.html + letter.text
    assert "Before.\n\nAfter." in letter.text


@pytest.mark.parametrize("char", ["x", "я", "📝", "="])
def test_very_many_own_words_still_make_a_letter_that_fits(char: str) -> None:
    words = [{"title": f"Week {n}", "text": char * 600} for n in range(200)]
    letter = for_ada(compiled(OWN), reflections=words)
    assert "There is more in your journal" in letter.html
    check_message(compose(letter, *headers()))


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__ }}",
        "{{ first_name.__class__.__mro__ }}",
        "{{ first_name.format }}{{ range(9) }}",
        "{{ lipsum }}",
        "{{ cycler }}",
    ],
)
def test_a_template_can_climb_nowhere(source: str) -> None:
    with pytest.raises(RenderError):
        render(CompiledLetter("s", source, "t"), {"first_name": "Ada"})


def test_a_page_is_filled_in_the_same_way() -> None:
    page = CompiledLetter("{{ first_name }}", "<p>{{ first_name }}</p>", "")
    assert render(page, {"first_name": "<A>"}).html == "<p>&lt;A&gt;</p>"


indents = st.text(st.sampled_from(" >-x"), max_size=80)
lengths = st.lists(st.integers(1, 90), max_size=20)
lines = st.one_of(
    st.text(st.sampled_from("aaaaбé-. \t“"), min_size=1, max_size=400),
    lengths.map(lambda many: " ".join("a" * length for length in many)),
)


@given(lines, indents, indents)
@example("b " + "a" * 70 + " c", "", "")
@example("aa bb cc", "x" * 75, "x" * 75)
@example("a" * 72 + " b", "", "")
@example("a" * 73 + " b", "", "")
@example("b " + "a" * 100, "  ", "  ")
def test_a_line_is_filled_as_the_standard_library_does_it(line: str, first: str, rest: str) -> None:
    wrapper = textwrap.TextWrapper(72, break_long_words=False, break_on_hyphens=False)
    wrapper.initial_indent, wrapper.subsequent_indent = first, rest
    nothing = [first.rstrip()]
    assert fill(line, first, rest).split("\n") == (wrapper.wrap(" ".join(line.split())) or nothing)


def test_a_list_keeps_its_marker_where_a_value_is_empty() -> None:
    assert fill("", "- ", "  ") == "-"
    assert fill("", "    ", "    ") == ""


@given(st.characters(codec="utf-8", min_codepoint=0x20))
@settings(max_examples=amounts.of(2000, 200))
def test_every_character_that_is_wide_or_takes_no_room_is_known(char: str) -> None:
    assert width(char) == 1 or not is_even(char)


@pytest.mark.parametrize(
    ("char", "columns"),
    [
        ("語", 2),
        ("ハ", 2),
        ("ﾊ", 1),
        ("한", 2),
        ("e\u0301", 1),
        ("नि", 2),
        ("ก\u0e34", 1),
        ("📝", 2),
    ],
)
def test_characters_take_as_many_columns_as_on_a_screen(char: str, columns: int) -> None:
    assert width(char) == columns


def test_ideographs_are_broken_anywhere_but_before_a_full_stop() -> None:
    lines = fill("山" * 35 + "川川。" + "空" * 3).split("\n")
    assert lines == ["山" * 35 + "川", "川。空空空"]
    assert fill("見る https://example.org/" + "山" * 40).split("\n")[1].startswith("https://")


@given(
    st.text(st.sampled_from("山川、「あ aβ\u0301 한"), max_size=300), st.sampled_from(["", "- "])
)
def test_uneven_lines_fit_and_say_the_same(words: str, first: str) -> None:
    filled = fill(words, first, " " * len(first)).split("\n")
    assert all(width(line) <= 72 or len(line.split()) == 1 for line in filled)
    assert "".join("".join(filled).split()) == "".join((first + words).split())
