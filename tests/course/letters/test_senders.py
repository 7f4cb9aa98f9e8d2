"""A course's letters come from whom its author names; all others from the installation."""

from dataclasses import replace

import pytest

from course.letters.senders import reply_to_of, sender_of
from sequences.identity import Identity, Sender
from sequences.sequence import Sequence
from tests.support.shipped import compiled

MAIL_FROM = "CNT <letters@example.org>"


def from_(**sender: str) -> Sequence:
    return replace(compiled().sequence, identity=Identity(sender=Sender(**sender)))


@pytest.mark.parametrize(
    ("given", "sender"),
    [
        ({}, MAIL_FROM),
        ({"reply_to": "mira@yoga.example"}, MAIL_FROM),
        ({"name": "Mira Grünfeld"}, "Mira Grünfeld <letters@example.org>"),
        ({"address": "hello@yoga.example"}, "CNT <hello@yoga.example>"),
        ({"name": 'The "Choir"', "address": "a@b.example"}, r'"The \"Choir\"" <a@b.example>'),
    ],
)
def test_what_the_author_leaves_out_is_the_installation_s(
    given: dict[str, str], sender: str
) -> None:
    assert sender_of(from_(**given), MAIL_FROM) == sender


def test_replies_go_where_the_author_wants_them() -> None:
    assert reply_to_of(from_(reply_to="Mira <mira@yoga.example>")) == "Mira <mira@yoga.example>"
    assert reply_to_of(from_(address="hello@yoga.example")) is None


@pytest.mark.parametrize(
    "address", ["nobody", "a@b.example\nBcc: x@y.example", "a@b.example, c@d.example", "<a@b>"]
)
def test_what_is_no_address_is_no_header(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        sender_of(from_(address=address), MAIL_FROM)
    with pytest.raises(ValueError, match="address"):
        reply_to_of(from_(reply_to=address))
