"""The letters that ship are made the quick way, all but the one that gives answers back."""

import re

import pytest

from emails.letter.compiling import CompiledLetter
from emails.message.compiled_message import CompiledMessage
from tests.emails.message.both_ways import COMMON, OWN, check_the_same, slow
from tests.support.shipped import compiled

LETTERS = compiled().letters

VALUES = ["Ada", "Zoë & <Co>", ".", "", "А" * 400, "= \r\n.\r\nx "]


@pytest.mark.parametrize("key", sorted(LETTERS))
def test_only_the_closing_letter_needs_jinja(key: str) -> None:
    assert (CompiledMessage.of(LETTERS[key], COMMON) is None) == (key == "closing")


@pytest.mark.parametrize("key", sorted(LETTERS))
def test_no_subject_ends_with_a_question_mark(key: str) -> None:
    """Spam filters count it: rspamd's SUBJECT_ENDS_QUESTION is one point of the six for spam."""
    assert not LETTERS[key].subject.rstrip().endswith("?")


@pytest.mark.parametrize("key", sorted(LETTERS))
def test_both_parts_say_how_to_unsubscribe(key: str) -> None:
    assert "Unsubscribe:\n{{ leave_url }}" in LETTERS[key].text
    assert re.search(r'<a href="{{ leave_url }}"[^>]*>Unsubscribe</a>', LETTERS[key].html)


@pytest.mark.parametrize("key", sorted(LETTERS.keys() - {"closing"}))
@pytest.mark.parametrize("value", VALUES)
def test_it_says_the_same_as_jinja(key: str, value: str) -> None:
    letter: CompiledLetter = LETTERS[key]
    compiled_message = CompiledMessage.of(letter, COMMON)
    assert compiled_message is not None
    values = dict.fromkeys(compiled_message.names, value)
    check_the_same(compiled_message.message(values, OWN), slow(letter, values))
