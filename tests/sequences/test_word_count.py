"""Words are counted alike in every script, near enough for advice on length."""

import pytest

from sequences.word_count import count_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It isn't late, is it? 2 cups - no *more*.", 9),
        ("", 0),
        ("--- ** __ 🎉", 0),
        ("भावनात्मक सुरक्षा क्या है", 4),
        ("உணர்ச்சி பாதுகாப்பு என்றால் என்ன", 4),
        ("ემოციური უსაფრთხოება არის", 3),
        ("אני שׁוֹמֵעַת אוֹתָךְ", 3),
        ("e\u0301te\u0301 cafe\u0301", 2),
    ],
)
def test_words_between_spaces_are_counted_whole(text: str, words: int) -> None:
    assert count_words(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("安全な関係は、毎日の小さな言葉から始まります。", 12),
        ("情感安全从每天的小话开始。", 7),
        ("ความปลอดภัยทางอารมณ์เริ่มต้นจากคำพูดเล็กๆทุกวัน", 10),
    ],
)
def test_where_no_space_parts_them_they_are_reckoned(text: str, words: int) -> None:
    assert 0.6 * words <= count_words(text) <= 1.4 * words
