"""Outlook for Windows reads the tables between its conditional comments, in pixels."""

import re
from pathlib import Path

import pytest

from emails.letter import theme
from emails.letter.compiling import Theme, compile_letter
from tests.emails.samples import BODY, draft, lesson

EVERY_BLOCK = BODY + "\n- a list\n\n::: own-words\nYou wrote:\n:::\n\nThe end.\n"

LETTERS = {
    "lesson": lesson(body=EVERY_BLOCK, calendar=True),
    "closing": draft(EVERY_BLOCK),
    "newsletter": draft("Hello.", footer="newsletter"),
    "confirmation": draft("Hello.", footer="brief"),
}


@pytest.mark.parametrize("language", ["en", "he"])
@pytest.mark.parametrize("name", LETTERS)
def test_its_columns_are_as_wide_as_ours(name: str, language: str) -> None:
    html = compile_letter(LETTERS[name], Theme("CNT", language=language)).html
    branches = "".join(re.findall(r"<!--\[if mso[^>]*>(.*?)<!\[endif\]-->", html, re.DOTALL))
    columns = re.findall(r"<td[^>]*vertical-align:top;width:(\d+)px", branches)
    rules = re.findall(r'<table[^>]*width="(\d+)px"', branches)
    assert columns
    assert rules
    assert {*columns, *rules} == {"552"}


@pytest.mark.parametrize("path", sorted(theme.FOLDER.glob("*.mjml")), ids=lambda path: path.stem)
def test_every_length_has_a_unit(path: Path) -> None:
    """mjml-python takes the padding of `28px 24px 0` for none at all in Outlook's branch."""
    source = re.sub(r"\[\[ [^']*? \]\]", "1", path.read_text("utf-8"))
    lengths = re.findall(r'padding="([^"]*)"', source)
    assert not [words for words in lengths if re.search(r"(?<![\w.])\d+(?=[\s']|$)", words)]
