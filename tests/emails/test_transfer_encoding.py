"""Letters in any script are small enough, and a closing letter holds what there is room for."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from emails.letter.compiling import CompiledLetter, compile_letter, render
from emails.message.compiled_message import CompiledMessage
from emails.message.composing import LARGEST_UNSIGNED, compose_within
from emails.quoted_printable import quoted
from emails.transfer_encoding import PLAIN, encodings
from tests.emails.message.both_ways import COMMON
from tests.emails.samples import ADA, CNT, draft, headers, lesson

WORDS = {"Georgian": "ემოციური", "Hindi": "भावनात्मक", "Tamil": "உணர்ச்சி", "Japanese": "安全"}
OWN = "\n\n::: own-words\nYou wrote:\n:::\n"


def text_of(word: str, times: int) -> str:
    return "\n\n".join([" ".join([word] * 50)] * (times // 50))


def message(letter: CompiledLetter, **more: object) -> bytes:
    return compose_within(letter, {**ADA, **more}, *headers())  # type: ignore[dict-item]


@pytest.mark.parametrize("word", WORDS.values(), ids=WORDS.keys())
def test_a_lesson_of_450_words_fits_in_every_script(word: str) -> None:
    letter = compile_letter(lesson(body=text_of(word, 450)), CNT)
    raw = message(letter)
    assert len(raw) < 65_000
    parts = list(parsed(raw).iter_parts())
    wanted = render(letter, ADA)
    for part, right in zip(parts, (wanted.text, wanted.html), strict=True):
        assert isinstance(part, EmailMessage)
        assert part.get_content().split() == right.split()
    assert max(map(len, raw.partition(b"\r\n\r\n")[2].split(b"\r\n"))) <= 76


def parsed(raw: bytes) -> EmailMessage:
    made = message_from_bytes(raw, policy=policy.default)
    assert isinstance(made, EmailMessage)
    assert made.defects == []
    return made


def test_base64_is_for_large_letters_beyond_ascii() -> None:
    georgian = compile_letter(lesson(body=text_of(WORDS["Georgian"], 450)), CNT)
    assert encodings(georgian.text, georgian.html) == ("base64", "base64")
    assert CompiledMessage.of(georgian, COMMON) is None
    assert b"Content-Transfer-Encoding: base64\r\n" in message(georgian)
    for plain in (
        lesson(body=text_of("tired", 4_000)),
        lesson(body=text_of(WORDS["Japanese"], 450)),
    ):
        letter = compile_letter(plain, CNT)
        assert encodings(letter.text, letter.html) == PLAIN


@pytest.mark.parametrize("word", ["tired", *WORDS.values()], ids=["English", *WORDS])
@pytest.mark.parametrize("own", ["x " * 290, "ა" * 589, "📝" * 600, "&" * 600])
def test_a_closing_letter_has_room_whatever_its_reader_wrote(word: str, own: str) -> None:
    letter = closing(word, 200)
    quotes = [{"title": "ნაბიჯი", "text": own}] * 20
    assert len(quoted(letter.text + letter.html)) > 1_000
    raw = message(letter, reflections=quotes)
    assert len(raw) <= LARGEST_UNSIGNED
    said = parsed(raw).get_body(("plain",))
    assert said is not None
    assert "There is more in your journal." in said.get_content()


def test_the_longest_closing_letter_says_where_the_words_are() -> None:
    letter = closing("tired", 4_300)
    raw = message(letter, reflections=[{"title": "One", "text": "ა" * 589}] * 20)
    assert LARGEST_UNSIGNED - 12_000 < len(raw) <= LARGEST_UNSIGNED


def test_a_short_one_gives_as_much_back_as_ever() -> None:
    rendered = render(closing("tired", 50), {**ADA, "reflections": [{"title": "a", "text": "b"}]})
    assert "There is more" not in rendered.text


def closing(word: str, times: int) -> CompiledLetter:
    return compile_letter(draft(text_of(word, times) + OWN), CNT)
