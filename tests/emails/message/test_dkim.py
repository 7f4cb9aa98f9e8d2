"""Signatures, verified by another implementation (dkimpy) with the record we publish."""

from collections.abc import Callable
from datetime import UTC, datetime

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import example, given
from hypothesis import strategies as st

from emails.letter.compiling import Rendered, compile_letter
from emails.message.composing import compose
from emails.message.dkim import OVERSIGNED, SIGNED, CanonicalMessage, DkimSigner, sign
from tests.emails.samples import CNT, for_ada, headers, lesson

THEN = datetime(2026, 1, 6, 18, 30, tzinfo=UTC)  # a signature of the future would be refused
RSA = rsa.generate_private_key(65537, 2048)
ED25519 = ed25519.Ed25519PrivateKey.generate()
Key = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey


def pem(key: Key, lock: KeySerializationEncryption | None = None) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock or NoEncryption())


SIGNERS = [
    DkimSigner.load("example.org", "r2026", pem(RSA)),
    DkimSigner.load("example.org", "e2026", pem(ED25519)),
]

both = pytest.mark.parametrize("signer", SIGNERS, ids=["rsa", "ed25519"])
signers = st.sampled_from(SIGNERS)
lines = st.lists(st.sampled_from([".", "..", "", " ", "\t ", "Ada " * 80, "=", "é" * 90, "a\r\n"]))


def published(name: bytes, timeout: float = 5) -> bytes:  # noqa: ARG001
    """What DNS answers once the operator has published our records."""
    records = {f"{signer.name}.".encode(): signer.record().encode() for signer in SIGNERS}
    return records.get(name, b"")


def holds(message: bytes, which: int = 0) -> bool:
    """Whether the signature number `which` holds."""
    try:
        return bool(dkim.DKIM(message).verify(idx=which, dnsfunc=published))
    except dkim.ValidationError:
        return False


def signed(signer: DkimSigner, message: bytes) -> bytes:
    return sign(message, [signer], THEN)


def signature(signer: DkimSigner, message: bytes) -> bytes:
    return signer.signature(CanonicalMessage.of(message), THEN)


def sent() -> bytes:
    return compose(for_ada(compile_letter(lesson(), CNT)), *headers(reply_to="inbox@example.org"))


@both
def test_a_lesson_is_signed(signer: DkimSigner) -> None:
    assert holds(signed(signer, sent()))


def test_a_message_bears_both_signatures() -> None:
    message = sign(sent(), SIGNERS, THEN)
    assert holds(message, 0)
    assert holds(message, 1)


def test_without_a_seal_a_message_stays_as_it_is() -> None:
    assert sign(sent(), [], THEN) == sent()


def test_without_our_record_no_seal_holds() -> None:
    stranger = DkimSigner("example.org", "e2026", ed25519.Ed25519PrivateKey.generate())
    assert not holds(signed(stranger, sent()))


@both
def test_any_changed_byte_of_the_body_breaks_it(signer: DkimSigner) -> None:
    message = signed(signer, sent())
    start = message.index(b"\r\n\r\n") + 4
    for place in range(start, len(message) - 2, 997):
        changed = bytes([message[place] ^ 1])
        assert not holds(message[:place] + changed + message[place + 1 :]), place


@both
@pytest.mark.parametrize("name", SIGNED)
def test_a_changed_header_breaks_it(signer: DkimSigner, name: bytes) -> None:
    message = signed(signer, sent())
    place = message.lower().index(b"\r\n" + name + b": ") + len(name) + 5
    changed = bytes([message[place] ^ 1])
    assert not holds(message[:place] + changed + message[place + 1 :])


@pytest.mark.parametrize("name", OVERSIGNED)
def test_a_second_header_breaks_both_seals_wherever_it_stands(name: bytes) -> None:
    message = sign(sent(), SIGNERS, THEN)
    added = name + b": Mallory <mallory@example.org>\r\n"
    for place in (0, message.index(b"From: "), message.index(b"\r\n\r\n") + 2):
        changed = message[:place] + added + message[place:]
        assert not holds(changed, 0), place
        assert not holds(changed, 1), place


@both
def test_an_oversigned_header_stays_good_when_there_are_two(
    signer: DkimSigner,
) -> None:
    twice = b"Cc: grace@example.org\r\ncc: ada@example.org\r\n" + sent()
    assert holds(signed(signer, twice))
    assert not holds(b"Cc: mallory@example.org\r\n" + signed(signer, twice))


@both
def test_what_relays_add_breaks_nothing(signer: DkimSigner) -> None:
    message = signed(signer, sent())
    for name in (b"Received", b"Feedback-ID", b"X-Spam-Status", b"Delivered-To", b"Return-Path"):
        message = name + b": 1.eu-west-1.relay:Relay\r\n" + message
    assert holds(message)


@both
def test_headers_folded_anew_and_added_on_top_do_no_harm(signer: DkimSigner) -> None:
    message = signed(signer, sent())
    folded = message.replace(b"From: CNT ", b"FROM:  CNT\r\n\t").replace(b"To: ", b"to:\t ")
    assert folded != message
    assert holds(b"Received: from mx.example.org by mx.example.com\r\n" + folded)


@given(signers, st.text(st.characters(exclude_categories=["C", "Zl", "Zp"])), lines, lines)
@example(SIGNERS[0], "", [], [])
@example(SIGNERS[1], "x" * 400, ["", "", ""], ["", ".", ""])
def test_every_subject_and_every_body_can_be_sealed(
    signer: DkimSigner, subject: str, text: list[str], html: list[str]
) -> None:
    rendered = Rendered(subject=subject, text="\n".join(text), html="\n".join(html))
    assert holds(signed(signer, compose(rendered, *headers())))


@given(signers, st.lists(st.sampled_from([b"", b" ", b".", b"\t.", b"Ada", b"a" * 2000])))
def test_any_body_of_lines_can_be_signed(signer: DkimSigner, body: list[bytes]) -> None:
    assert holds(signed(signer, b"From: ada@example.org\r\n\r\n" + b"\r\n".join(body)))


@both
def test_several_headers_of_one_name_are_signed_from_the_last(signer: DkimSigner) -> None:
    message = (
        b"To: grace@example.org\r\nFROM:  ada@example.org\r\nTo:\tada@example.org\r\n\r\nHi\r\n"
    )
    names = signature(signer, message).replace(b"\r\n ", b"").partition(b"h=")[2].partition(b";")[0]
    assert names.startswith(b"from:from:reply-to:to:to:to:subject:")
    assert holds(signed(signer, message))


@both
def test_the_header_says_when_and_is_folded(signer: DkimSigner) -> None:
    header = signature(signer, sent())
    assert b" t=%d;" % THEN.timestamp() in header
    assert header.endswith(b"\r\n")
    assert max(map(len, header.split(b"\r\n"))) <= 76
    for name in (b"list-unsubscribe:", b"list-unsubscribe-post:"):
        assert name in header


def test_a_message_without_from_is_not_sealed() -> None:
    with pytest.raises(ValueError, match="without From"):
        signature(SIGNERS[0], b"To: ada@example.org\r\n\r\nHi\r\n")


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (pem(rsa.generate_private_key(65537, 1024)), "1024 bits"),
        (pem(ec.generate_private_key(ec.SECP256R1())), "neither of RSA nor of Ed25519"),
        (pem(ED25519, BestAvailableEncryption(b"secret")), "passphrase"),
        (
            RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
            "a public key",
        ),
        (pem(RSA)[:900], "no private key"),
        (b"", "no private key"),
    ],
)
def test_a_key_that_will_not_do_is_refused_in_words(key: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        DkimSigner.load("example.org", "r2026", key)


@pytest.mark.parametrize("name", ["", "exämple.org", "a b", "-a.org", "a..b", "a;b", "a\r\nb"])
def test_a_name_that_will_not_do_is_refused(name: str) -> None:
    make: list[Callable[[], DkimSigner]] = [
        lambda: DkimSigner(name, "r2026", ED25519),
        lambda: DkimSigner("example.org", name, ED25519),
    ]
    for one in make:
        with pytest.raises(ValueError, match="for DKIM"):
            one()


def test_the_record_is_what_dns_takes() -> None:
    assert SIGNERS[0].name == "r2026._domainkey.example.org"
    assert SIGNERS[0].record().startswith("v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0B")
    assert SIGNERS[1].record().startswith("v=DKIM1; k=ed25519; p=")
    assert len(SIGNERS[1].record()) < 255
