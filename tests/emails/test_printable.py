"""What others have written can be shown anywhere: one line of visible characters."""

from hypothesis import example, given
from hypothesis import strategies as st

from emails.errors import Deferred
from emails.printable import printable


@given(st.text())
@example("\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\")
@example("fine\r450 no\x9b31m \u202egnp.exe \u2066x\u2069 \u200b \u2028 \ud800 \x7f")
def test_nothing_but_visible_signs_in_one_line_is_left(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    assert printable(shown) == shown
    assert Deferred(None, text).words == shown


def test_words_of_any_language_stay_as_they_are() -> None:
    words = "Benutzer nicht bekannt: ünal, 用户不存在, المستخدم (100 %)"
    assert printable(words) == words
