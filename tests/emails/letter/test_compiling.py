"""Compiling: what an author writes becomes a letter that is ready for anybody."""

import re

import pytest

from emails.errors import RenderError
from emails.letter.compiling import Button, Theme, compile_letter, placeholders, render
from emails.letter.identity import Care, Signature
from emails.letter.phrases import Phrases
from tests.emails.samples import ADA, BODY, CARE, CNT, IMPRINT, compiled, draft, for_ada, lesson


def test_placeholders_come_through_whole_in_text_and_in_links() -> None:
    letter = compile_letter(lesson(), CNT)
    assert "{{ greeting }}" in letter.html
    assert 'href="{{ pace_url }}"' in letter.html
    assert 'href="{{ reflect_url }}"' in letter.html
    assert "{{ reflect_url }}" in letter.text
    assert placeholders(letter) >= {"greeting", "pace_url", "reflect_url", "next_line"}


def test_the_opening_line_is_the_first_thing_in_the_body() -> None:
    html = for_ada(compile_letter(lesson(), CNT)).html
    words = re.sub(r"<[^>]+>", " ", re.sub(r"<!--.*?-->", "", html.split("<body", 1)[1])).split()
    assert " ".join(words).partition(">")[2].strip().startswith("Someone is about to speak.")


def test_a_lesson_says_where_the_reader_stands_in_stones_and_in_words() -> None:
    html = for_ada(compile_letter(lesson(), CNT)).html
    assert "Step 2 of 5" in html
    assert len(re.findall(r'<td class="s\d"', html)) == 2
    assert len(re.findall(r'<td class="open"', html)) == 3


def test_steps_are_of_one_colour_and_none_are_words_alone() -> None:
    plain = compile_letter(lesson(), Theme("CNT")).html
    assert len(re.findall(r'<td class="s1"', plain)) == 2
    assert len(re.findall(r'<td class="open"', plain)) == 3
    assert 'cellspacing="0" width="170"' in plain, "no browser narrows them"
    wordy = compile_letter(lesson(), Theme("CNT", mark="none")).html
    assert "Step 2 of 5" in wordy
    assert not re.findall(r'<td class="(?:s1|open)"', wordy)


def test_a_year_of_steps_is_words_alone() -> None:
    html = compile_letter(lesson(step=31, steps=365), CNT).html
    assert "Step 31 of 365" in html
    assert 'class="open"' not in html


def test_the_footer_says_who_answers_for_the_letter_and_where_help_is() -> None:
    letter = for_ada(compiled("Hello.", footer="brief"))
    for part in (letter.html, letter.text):
        assert part.count("Look after yourself.") == 1
        assert all(
            f"{page}" in part for page in (CARE.link, IMPRINT.imprint_url, IMPRINT.privacy_url)
        )
        for words in ("Find help", *IMPRINT.postal_address, "Legal notice", "Privacy"):
            assert words in part


def test_a_course_without_a_note_or_an_imprint_has_none() -> None:
    letter = for_ada(compile_letter(draft("Hello."), Theme("CNT")))
    for part in (letter.html, letter.text):
        for words in ("professional help", "Legal notice", "Privacy"):
            assert words not in part


def test_a_letter_is_signed_before_its_footer() -> None:
    letter = for_ada(
        compile_letter(lesson(signature=Signature("Vera & Co", "Until Tuesday,")), CNT)
    )
    assert "\n\nUntil Tuesday,\nVera & Co\n\n-----" in letter.text
    assert "Until Tuesday,<br>Vera &amp; Co" in letter.html


def test_an_address_of_the_authors_is_text_and_no_template() -> None:
    care = Care("Tea", "<i>", "https://help.example/?a={{ b }}&c='")
    letter = compile_letter(draft("Hello."), Theme("CNT", care=care))
    assert "<i>" not in letter.html
    assert "b" not in placeholders(letter)


def test_blocks_are_headed() -> None:
    letter = for_ada(compile_letter(lesson(), CNT, Phrases(insight="Good & new")))
    for part in (letter.html.replace("&amp;", "&"), letter.text):
        assert "Good & new" in part
        assert "Journal Prompt" in part
        assert "Try this" in part


def test_a_lesson_has_one_button() -> None:
    html = compile_letter(lesson(), CNT).html
    assert html.count('class="button"') == 1
    assert html.count("Write my answer") == 1


def test_the_next_letter_is_announced_only_if_one_comes() -> None:
    letter = compile_letter(lesson(), CNT)
    assert "15 December" in for_ada(letter).html
    last = for_ada(letter, next_line="")
    assert "The next letter" not in last.html + last.text


def test_the_footer_says_why_and_offers_the_ways_out() -> None:
    letter = for_ada(compiled())
    for part in (letter.html, letter.text):
        words = " ".join(part.split())
        assert "because ada@example.org signed up for Emotional Safety in Five Steps" in words
        assert all(str(ADA[name]) in part for name in ("view_url", "pace_url", "leave_url"))


def test_a_newsletters_footer_says_that_one_subscribes() -> None:
    letter = for_ada(compiled("Hello.", footer="newsletter"))
    for part in (letter.html, letter.text):
        words = " ".join(part.split())
        assert "because ada@example.org subscribes to Emotional Safety in Five Steps" in words
        assert "signed up for" not in words


def test_a_brief_footer_offers_no_pace_to_somebody_who_is_not_enrolled() -> None:
    letter = compiled("Hello.", footer="brief")
    assert "pace_url" not in placeholders(letter)
    assert "leave_url" in placeholders(letter)


def test_the_calendar_is_offered_where_the_lesson_asks_for_it() -> None:
    assert "calendar_url" in placeholders(compile_letter(lesson(calendar=True), CNT))
    assert "calendar_url" not in placeholders(compile_letter(lesson(), CNT))


def test_a_brand_changes_its_colours_in_one_place() -> None:
    theme = Theme("Tide", accent="#123456", accent_dark="#ABCDEF", paper="#FAFAFA")
    html = compile_letter(lesson(), theme).html
    assert "#123456" in html
    assert "#ABCDEF" in html
    assert "#9C4A2F" not in html


def test_the_same_text_compiles_to_the_same_letter() -> None:
    assert compile_letter(lesson(), CNT) == compile_letter(lesson(), CNT)


def test_the_last_column_of_a_table_reaches_its_edge() -> None:
    html = compile_letter(lesson(body="| Tea | Sum |\n| - | -: |\n| green | 5 |"), CNT).html
    assert html.count("padding:8px 12px 8px 0") == html.count("padding:8px 0 8px 0") == 2


def test_quotes_and_accents_in_a_title_stay_what_they_are() -> None:
    letter = for_ada(compiled(title='"Ça va?" & más'))
    assert 'aria-label="&quot;Ça va?&quot; &amp; más"' in letter.html
    assert "<title>&quot;Ça va?&quot; &amp; más</title>" in letter.html


def test_a_picture_becomes_its_description() -> None:
    letter = for_ada(compiled("![A lake at dusk](https://example.org/lake.jpg)"))
    assert "A lake at dusk" in letter.html
    assert "lake.jpg" not in letter.html + letter.text


def test_html_in_the_markdown_is_text() -> None:
    html = for_ada(compiled("<script>alert(1)</script> <b>bold</b> <mj-text>")).html
    assert "<script" not in html
    assert "&lt;mj-text&gt;" in html


def test_lone_braces_are_printed_as_they_are() -> None:
    letter = for_ada(compiled("A { and a }, `{{`, {# no comment #} and { { two."))
    assert "{# no comment #}" in letter.text
    assert "A { and a }, {{," in letter.text


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("x" * 50_000, "characters"),
        ("> " * 30 + "deep", "too deep"),
        ("- " * 40 + "deep", "too deep"),
        ("::: insigth\nOops\n:::", "no block called 'insigth'"),
        ("::: lines 4\n:::", "no block called 'lines'"),
        ("- ::: try\n  x\n  :::", "inside another"),
        ("{{ 7 * 7 }}", "bare name"),
        ("{{ greeting.upper }}", "bare name"),
        ("{% for x in y %}{% endfor %}", "bare name"),
        ("[here](/pace)", "whole address"),
        ("[here]({{ first_name }})", "ends in _url"),
        ("*a*" * 12_000, "parts"),
        ("::: try\na\n:::\n" * 2_000, "bytes"),
    ],
)
def test_what_can_not_be_a_letter_is_refused_with_a_reason(body: str, reason: str) -> None:
    with pytest.raises(RenderError, match=reason):
        compiled(body)


def test_a_button_leads_to_an_address() -> None:
    with pytest.raises(RenderError, match="_url"):
        compiled(button=Button("Go", "first_name"))


def test_a_missing_value_is_named() -> None:
    with pytest.raises(RenderError, match="greeting"):
        render(compiled(BODY), {})


def test_a_subject_may_greet_by_name() -> None:
    letter = compile_letter(draft(subject="For {{ first_name }}"), CNT)
    assert for_ada(letter).subject == "For Ada"


def test_a_colour_that_is_none_is_named() -> None:
    with pytest.raises(RenderError, match="'red'"):
        compile_letter(draft(), Theme("CNT", accent="red"))


def test_a_name_in_another_script_does_not_turn_the_letter_around() -> None:
    assert 'dir="ltr"' in compiled().html
    assert 'dir="rtl"' in compile_letter(draft(), Theme("CNT", language="he")).html
