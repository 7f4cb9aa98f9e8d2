"""Tokens: one purpose, one id, and no longer than they may."""

import hmac
from base64 import urlsafe_b64decode
from datetime import timedelta

import pytest

from emails.errors import Expired, Tampered
from emails.tokens import Purpose, Signer
from tests.emails.samples import NOW

SIGNER = Signer("a secret of at least thirty-two characters")
DAY = timedelta(days=1)


@pytest.mark.parametrize("id_", [0, 1, 127, 128, 2**32, 2**40])
def test_an_id_comes_back_and_the_token_is_short(id_: int) -> None:
    token = SIGNER.sign(Purpose.LEAVE, id_, NOW)
    assert len(token) <= 32
    assert token.replace("-", "").replace("_", "").isalnum()
    assert SIGNER.read(token, Purpose.LEAVE, NOW, DAY) == id_


@pytest.mark.parametrize("secret", ["", "short", "s" * 64, "s" * 65, "längere " * 40])
def test_a_token_is_signed_by_hmac_as_the_standard_library_has_it(secret: str) -> None:
    token = Signer(secret).sign(Purpose.LEAVE, 7, NOW)
    data = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    wanted = hmac.digest(secret.encode(), b"letterpath token 1\0" + data[:-12], "sha256")
    assert data[-12:] == wanted[:12]


def test_a_token_for_another_purpose_is_no_token() -> None:
    token = SIGNER.sign(Purpose.VIEW, 1, NOW)
    for purpose in set(Purpose) - {Purpose.VIEW}:
        with pytest.raises(Tampered):
            SIGNER.read(token, purpose, NOW, DAY)


def test_a_token_holds_until_its_time_and_not_a_minute_longer() -> None:
    token = SIGNER.sign(Purpose.JOURNAL, 1, NOW)
    half_an_hour = timedelta(minutes=30)
    assert SIGNER.read(token, Purpose.JOURNAL, NOW + half_an_hour, half_an_hour) == 1
    with pytest.raises(Expired):
        SIGNER.read(token, Purpose.JOURNAL, NOW + timedelta(minutes=31), half_an_hour)


def test_no_sign_of_a_token_can_be_changed() -> None:
    token = SIGNER.sign(Purpose.PACE, 300, NOW)
    for place in range(len(token)):
        other = "B" if token[place] != "B" else "C"
        with pytest.raises(Tampered):
            SIGNER.read(token[:place] + other + token[place + 1 :], Purpose.PACE, NOW, DAY)


@pytest.mark.parametrize("text", ["", "A", "=", "ü", "A" * 33, "A" * 32, "../../etc", "a b", "A\n"])
def test_nonsense_is_not_a_token(text: str) -> None:
    with pytest.raises(Tampered):
        SIGNER.read(text, Purpose.PACE, NOW, DAY)


@pytest.mark.parametrize("tail", ["=", "==", "\n", " ", "A"])
def test_a_token_has_one_spelling(tail: str) -> None:
    with pytest.raises(Tampered):
        SIGNER.read(SIGNER.sign(Purpose.PACE, 1, NOW) + tail, Purpose.PACE, NOW, DAY)


def test_another_secret_reads_nothing() -> None:
    with pytest.raises(Tampered):
        Signer("another secret").read(SIGNER.sign(Purpose.PACE, 1, NOW), Purpose.PACE, NOW, DAY)


@pytest.mark.parametrize("id_", [-1, 2**56])
def test_an_id_that_does_not_fit_is_a_mistake_of_ours(id_: int) -> None:
    with pytest.raises(ValueError, match="id"):
        SIGNER.sign(Purpose.PACE, id_, NOW)
