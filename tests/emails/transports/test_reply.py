"""A server's replies, however they are cut into packets."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emails.transports.reply import KEPT_CHARACTERS, LONGEST_LINE, ProtocolError, Reply, ReplyParser

SAID = (
    b"220 hello\r\n250-first\r\n250-second\r\n250 last\r\n354 go on\r\n550 5.1.1 nobody\r\n421\r\n"
)
MEANT = [
    Reply(220, "hello"),
    Reply(250, "first second last"),
    Reply(354, "go on"),
    Reply(550, "5.1.1 nobody"),
    Reply(421, ""),
]


def heard(*packets: bytes) -> list[Reply]:
    replies = ReplyParser()
    return [reply for packet in packets for reply in replies.feed(packet)]


@given(st.lists(st.integers(0, len(SAID)), max_size=12))
def test_it_doesn_t_matter_how_they_are_cut(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(SAID)]
    assert heard(*(SAID[a:b] for a, b in itertools.pairwise(edges))) == MEANT


@pytest.mark.parametrize(
    "said",
    [b"hello\r\n", b"25 what\r\n", b"2500 what\r\n", b"199 what\r\n", b"600 what\r\n", b"\r\n",
     b"250-one\r\n251 two\r\n", b"\xff\xfe\x00\r\n", b"250_x\r\n"],
)  # fmt: skip
def test_nonsense_is_no_reply(said: bytes) -> None:
    with pytest.raises(ProtocolError):
        heard(said)


@pytest.mark.parametrize("said", [b"250 " + b"x" * 9, b"250-" + b"word " * 99 + b"\r\n"])
def test_a_reply_without_an_end_is_given_up(said: bytes) -> None:
    with pytest.raises(ProtocolError):
        heard(*[said] * (8_000_000 // len(said)))


def test_words_are_one_printable_line_of_bounded_length() -> None:
    (reply,) = heard(b"550 5.7.1 \x1b[31mred\x07\t  " + b"very " * 300 + b"\r\n")
    assert reply.words.isprintable()
    assert len(reply.words) <= KEPT_CHARACTERS < LONGEST_LINE


@given(st.binary(max_size=200))
def test_whatever_comes_is_a_reply_or_nonsense(data: bytes) -> None:
    try:
        found = heard(data)
    except ProtocolError:
        return
    assert all(200 <= reply.code < 600 for reply in found)
