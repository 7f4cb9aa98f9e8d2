"""Addresses: what is taken, what is said, and what counts as the same."""

import idna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emails import address
from emails.errors import AddressError


def test_the_local_part_stays_as_typed_and_the_domain_becomes_plain() -> None:
    assert address.parse(" Ada.Lovelace+course@Example.ORG ") == "Ada.Lovelace+course@example.org"


def test_a_domain_with_an_umlaut_can_be_written_to() -> None:
    assert address.parse("ada@bücher.de") == "ada@xn--bcher-kva.de"


def test_it_is_shown_as_its_owner_writes_it() -> None:
    for one in ("käthe@bücher.de", "ada@example.org", "ada@faß.de"):
        assert address.shown(address.parse(one)) == one
    for one in ("ada@xn--a.org", "xn--bcher-kva"):
        assert address.shown(one) in (one, "bücher")


def test_development_may_write_from_its_own_machine() -> None:
    own = "letters@letterpath.localhost"
    assert address.parse(own, own_machine=True) == own
    with pytest.raises(AddressError, match="can’t be an email address"):
        address.parse(own)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter your email address"),
        ("ada.example.org", "has an @"),
        ("ada@example", "isn’t complete"),
        ("ada @example.org", "space"),
        ("ada@@example.org", "only one @"),
        ("@example.org", "before the @"),
        ("ada@localhost", "isn’t complete"),
        ("a" * 300 + "@example.org", "longer"),
        ("ada@example.invalid", "can’t be an email address"),
        ("ada@[127.0.0.1]", "can’t be an email address"),
        ("root@a.localhost", "can’t be an email address"),
        ("ada@hidden.onion", "can’t be an email address"),
        ("ada@printer.local", "can’t be an email address"),
        ("\ufffd\ufffd@example.org", "can’t be read"),
        ("%FF%FE@example.org", "can’t be read"),
        ("ad%e4@example.org", "can’t be read"),
    ],
)
def test_a_slip_is_answered_in_plain_words(typed: str, said: str) -> None:
    with pytest.raises(AddressError, match=said):
        address.parse(typed)


@pytest.mark.parametrize("char", ["\n", "\r\nBcc: grace@example.org", "\0", "\u202e", "<", ","])
def test_mallory_gets_nothing_but_an_address_through(char: str) -> None:
    with pytest.raises(AddressError):
        address.parse(f"mallory{char}x@example.org")


@pytest.mark.parametrize(
    "spelling",
    ["Ada@Example.org", " ada@example.org ", "ADA@EXAMPLE.ORG"],
)
def test_spellings_of_one_address_are_the_same(spelling: str) -> None:
    assert address.normalise(spelling) == "ada@example.org"


def test_both_spellings_of_a_domain_and_of_an_accent_are_the_same() -> None:
    assert address.normalise("ada@BÜCHER.de") == address.normalise("ada@xn--bcher-kva.de")
    assert address.normalise("ame\u0301lie@example.org") == address.normalise("amélie@example.org")


@pytest.mark.parametrize("nonsense", ["", "@", "no address", "a@" + "x" * 300, "a@\udcff", "@@@"])
def test_normalising_takes_anything(nonsense: str) -> None:
    assert isinstance(address.normalise(nonsense), str)


@given(st.text("abz09-.x_%n", max_size=20))
def test_a_domain_in_ascii_is_compared_as_it_is(domain: str) -> None:
    """As the library for names in other scripts would have it, which takes longer."""
    try:
        spelled = idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        spelled = domain
    assert address.normalise(f"ada@{domain}") == f"ada@{spelled}"
