"""Quoted-printable that nobody has to touch again."""

import quopri
from binascii import b2a_qp

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from emails.quoted_printable import quoted

# Line breaks, spaces, dots and the sign itself are where it goes wrong, and full lines.
texts = st.one_of(
    st.text(st.sampled_from("a.= \t\né📝"), max_size=200),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=200),
    st.builds(
        lambda count, end: "a" * count + end,
        st.integers(70, 80),
        st.text(st.sampled_from("a.= \té\n"), max_size=6),
    ),
)


def decoded(encoded: bytes) -> str:
    return quopri.decodestring(encoded.replace(b"\r\n", b"\n")).decode()


def with_bare_breaks(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@given(texts)
@example("a" * 75 + " \nb")
@example("." * 400)
@example("." + "a" * 75 + "\n")
@example("a" * 75 + ".")
@example("\r\n.\r\n")
def test_whatever_it_is_comes_back_from_short_lines_without_a_dot_in_front(text: str) -> None:
    encoded = quoted(text)
    lines = encoded.split(b"\r\n")
    assert b"\r" not in encoded.replace(b"\r\n", b"")
    assert b"\n" not in encoded.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 76
    assert len(lines[-1]) <= 75, "a soft break fits behind it"
    assert not any(line.startswith(b".") or line.endswith((b" ", b"\t")) for line in lines)
    assert decoded(encoded) == with_bare_breaks(text)


@given(texts, texts)
def test_pieces_stand_beside_each_other_with_a_soft_break_between_them(one: str, two: str) -> None:
    both = quoted(one) + b"=\r\n" + quoted(two)
    assert decoded(both) == with_bare_breaks(one) + with_bare_breaks(two)


@pytest.mark.parametrize("text", ["Dear Ada,", "a. b", "Ça va?\n\nOui."])
def test_what_needs_no_mending_is_as_the_library_has_it(text: str) -> None:
    assert quoted(text) == b2a_qp(text.encode(), istext=True).replace(b"\n", b"\r\n")


def test_a_dot_in_front_of_a_line_is_encoded() -> None:
    assert quoted(".\nRCPT TO:<grace@example.org>") == b"=2E\r\nRCPT TO:<grace@example.org>"
