"""A letter in Hebrew or Arabic runs from the right, and what is Latin in it from the left."""

import re

import pytest

from emails.letter.compiling import Button, Rendered, Theme, compile_letter
from emails.message.compiled_message import CompiledMessage
from tests.emails.message.both_ways import COMMON, OWN, check_the_same, slow
from tests.emails.samples import ADA, draft, for_ada
from tests.support.message_rules import check_message

MARK = "\u200f"

BODY = """\
שלום {{ first_name }}, ראו [את הקצב]({{ pace_url }}) או <ada@example.org>.

- ראשון
  1. עם `make run`

> אני שומעת.

| יום | מילה | סכום |
| --- | :-: | ---: |
| שני | עייף | 12 |

***

    make run

::: insight
המוח מחפש ביטחון.
:::

::: try
אמרו.
:::

::: own-words
כתבתם:
:::
"""

WORDS = [{"title": "להקשיב", "text": "CNT עזר לי."}]


def letter(language: str = "he", body: str = BODY) -> Rendered:
    question = {"prompt": "מתי?", "button": Button("כתבו", "reflect_url"), "step": 2, "steps": 5}
    made = draft(body, title="להקשיב", preview="CNT היא שיטה.", calendar=True, **question)
    return for_ada(compile_letter(made, Theme("CNT", language=language)), reflections=WORDS)


@pytest.mark.parametrize(
    "language", ["he", "ar", "fa", "ur", "yi", "ar-EG", "az-Arab", "AR-eg", "pa-Arab-PK", "ckb"]
)
def test_nothing_in_it_begins_on_the_left(language: str) -> None:
    html = letter(language).html.partition("<body")[2]
    assert f'lang="{language}" dir="rtl"' in html
    from_the_left = re.findall(r'<(\w+) dir="ltr"[^>]*text-align:left', html)
    assert from_the_left == ["pre"]
    assert html.count("text-align:left") == 1
    assert html.count('align="left"') == 1, "the brand, at the end of the masthead"
    for wrong in ("direction:ltr", "border-left", "padding-left", "0 0 0 26px", "0 0 0 18px"):
        assert wrong not in html
    for right in ("padding:0 26px 0 0", "border-right:3px", 'class="edge" align="right"'):
        assert right in html
    assert "padding:8px 0 8px 12px" in html
    assert re.search(r'<td align="right"[^>]*class="button"', html)


@pytest.mark.parametrize("language", ["en", "de-AT", "az", "ku-Latn", "ar-Latn", "zh-Hant"])
def test_any_other_begins_there(language: str) -> None:
    html = letter(language).html.partition("<body")[2]
    assert "rtl" not in html
    assert "dir=" not in html.replace('dir="ltr" style="background', "").replace('dir="auto"', "")
    assert "padding:0 0 0 26px" in html


def test_code_addresses_and_our_own_words_run_from_the_left() -> None:
    html = letter().html
    assert '<code dir="ltr"' in html
    assert '<pre dir="ltr"' in html
    assert re.search(r'<a [^>]*dir="ltr"[^>]*>ada@example\.org</a>', html)
    for words in ("Step 2 of 5", "Insight", "Try this", "Unsubscribe", "In your own words"):
        assert f'<span lang="en" dir="ltr">{words}</span>' in html
    assert '<span dir="auto">Ada</span>,' in html
    assert f'<span dir="auto">{ADA["next_line"]}</span>' in html


def test_a_title_stays_plain_in_the_head_of_the_document() -> None:
    assert "<title>להקשיב</title>" in letter().html
    named = draft(title="שלום {{ first_name }}")
    assert "<title>שלום {{ first_name }}" in compile_letter(named, Theme("", language="he")).html


def test_a_line_of_text_that_would_turn_around_is_marked() -> None:
    text = letter().text
    assert f"\n{MARK}CNT היא שיטה.{MARK}\n" in "\n" + text
    assert f"\n    {MARK}CNT עזר לי.{MARK}\n" in text
    assert "\n- ראשון\n" in text
    assert f"\n    אני שומעת.{MARK}\n" in text
    assert not [line for line in text.splitlines() if "https://" in line and MARK in line]
    assert MARK not in letter("en").text


def test_the_quick_way_says_the_same() -> None:
    made = compile_letter(draft(BODY.partition("::: own")[0], preview="CNT {{ brand }} היא."), HE)
    compiled_message = CompiledMessage.of(made, COMMON)
    assert compiled_message is not None
    for name in ("Ada", "דנה", "CNT דנה."):
        message = compiled_message.message({**ADA, "first_name": name}, OWN)
        check_message(message)
        check_the_same(message, slow(made, {**ADA, "first_name": name}))


HE = Theme("CNT", language="he")
