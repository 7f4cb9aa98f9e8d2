"""DKIM signatures (RFC 6376), by RSA or by Ed25519 (RFC 8463).

The body is taken as it is (`simple`): it is quoted-printable with short lines, so nobody on its
way has a reason to touch it, and 30 kB need no rewriting. The headers are `relaxed`, since many
fold them anew. A message may bear several signatures: one of each kind, as long as many servers
know RSA alone (RFC 8463, section 6).

Ours, because dkimpy takes 7,200 µs of CPU for a signature by RSA and 1,100 by Ed25519, where this
adds 327 and 65 to a letter, 248 and 33 of them OpenSSL's (docs/performance.md, "What a signature
adds").
"""

import re
from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple, Self

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

FEWEST_RSA_BITS = 2048  # RFC 8301, section 3.2
FOLD_WIDTH = 76

# RFC 6376, section 5.4.1; both headers of one-click are to be among them (RFC 8058, section 4).
SIGNED = (
    b"from reply-to to subject date message-id list-id list-unsubscribe list-unsubscribe-post"
    b" feedback-id auto-submitted mime-version content-type"
).split()

# Signed once more than they are there, so that none can be added: a second Subject or Reply-To
# would be shown under a signature that holds (RFC 6376, section 8.15). Not Feedback-ID, List-ID and
# Auto-Submitted: relays add their own, and mail programs show none of them.
OVERSIGNED = (
    b"from sender reply-to to cc subject date message-id in-reply-to references"
    b" list-unsubscribe list-unsubscribe-post mime-version content-type content-transfer-encoding"
).split()

RSA_SHA256 = PKCS1v15(), SHA256()

_LABEL = r"(?!-)[a-z0-9-]{1,63}(?<!-)"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_SPACE = re.compile(rb"[ \t]+")


def sign(message: bytes, signers: Iterable["DkimSigner"], now: datetime) -> bytes:
    """The message with a DKIM-Signature of each on top of it. See `DkimSigner.signature`."""
    if not (signers := list(signers)):
        return message
    canonical = CanonicalMessage.of(message)
    return b"".join((*[signer.signature(canonical, now) for signer in signers], message))


class CanonicalMessage(NamedTuple):
    """One message, canonicalised once for all signatures: the names of its headers as they are
    written, their values `relaxed`, and the hash of its body in base64."""

    names: tuple[bytes, ...]
    values: list[bytes]
    body: bytes

    @classmethod
    def of(cls, message: bytes) -> Self:
        """`message` has CRLF line ends."""
        end = message.find(b"\r\n\r\n")
        head, start = (message[:end], end + 4) if end >= 0 else (message.rstrip(), len(message))
        fields = [field.partition(b":") for field in _unfolded(head).split(b"\r\n")]
        names = tuple([name for name, _, _ in fields])
        values = [value.strip(b" ") for _, _, value in fields]
        return cls(names, values, _body_hash(message, start))


class DkimSigner:
    """One key, under one selector of one domain. It may be used by several threads."""

    def __init__(self, domain: str, selector: str, key: RSAPrivateKey | Ed25519PrivateKey) -> None:
        """Raises `ValueError` for what is no name, or for a key that is too short."""
        self.domain, self.selector = _name(domain, "domain"), _name(selector, "selector")
        if isinstance(key, RSAPrivateKey) and key.key_size < FEWEST_RSA_BITS:
            raise ValueError(
                f"The DKIM key has {key.key_size} bits, and {FEWEST_RSA_BITS} is the least for RSA."
            )
        self._key = key
        self._algorithm = "rsa" if isinstance(key, RSAPrivateKey) else "ed25519"

    @classmethod
    def load(cls, domain: str, selector: str, pem: bytes) -> Self:
        """`pem` is a private key without a passphrase, as `openssl genpkey` writes it (PKCS #8).

        Raises `ValueError`; its words are for an operator, and hold nothing of the key.
        """
        return cls(domain, selector, _key(pem))

    def signature(self, message: CanonicalMessage, now: datetime) -> bytes:
        """The whole DKIM-Signature header with its CRLF, to be put before the message.

        `now` is aware. Raises `ValueError` for a message without From.
        """
        fields = _signed_fields(self._algorithm, self.domain, self.selector, message.names)
        rest = b" t=%d; bh=%b;" % (now.timestamp(), message.body)
        relaxed = fields.relaxed % tuple([message.values[index] for index in fields.indexes])
        signature = b64encode(self._sign(b"%b%b b=" % (relaxed, rest)))
        return b"%b\r\n%b\r\n b=%b\r\n" % (
            fields.opening,
            rest,
            b"\r\n ".join(_folded_base64(signature)),
        )

    @property
    def name(self) -> str:
        """Where in DNS the record stands."""
        return f"{self.selector}._domainkey.{self.domain}"

    def record(self) -> str:
        """The TXT record to publish at `name`. DNS takes it in strings of up to 255 characters."""
        public = self._key.public_key()
        if self._algorithm == "rsa":
            data = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        else:
            data = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        return f"v=DKIM1; k={self._algorithm}; p={b64encode(data).decode()}"

    def _sign(self, data: bytes) -> bytes:
        if isinstance(self._key, RSAPrivateKey):
            return self._key.sign(data, *RSA_SHA256)
        # RFC 8463, section 3: what is signed is the hash.
        return self._key.sign(sha256(data).digest())


def _unfolded(head: bytes) -> bytes:
    """A line a field, and one space for several, as RFC 6376 has it in section 3.4.2."""
    lines = head.replace(b"\r\n ", b" ")
    # Looking first is faster, since few headers have two spaces in a row.
    if b"  " in lines or b"\t" in lines:
        return _SPACE.sub(b" ", lines.replace(b"\r\n\t", b" "))
    return lines


def _body_hash(message: bytes, start: int) -> bytes:
    """Of the body without its trailing empty lines, in base64 (RFC 6376, section 3.4.3)."""
    end = len(message)
    while end - start >= 4 and message[end - 4 : end] == b"\r\n\r\n":
        end -= 2
    digest = sha256(memoryview(message)[start:end])
    if message[max(start, end - 2) : end] != b"\r\n":
        digest.update(b"\r\n")
    return b64encode(digest.digest())


class _SignedFields(NamedTuple):
    """What is the same for all letters whose headers have the same names in the same order.

    `opening`: the signature's header up to h=, folded. `relaxed`: all that is signed up to there,
    with a gap for each value, and `indexes`: which of the message's values go into them.
    """

    opening: bytes
    relaxed: bytes
    indexes: tuple[int, ...]


@lru_cache(maxsize=64)
def _signed_fields(
    algorithm: str, domain: str, selector: str, names: tuple[bytes, ...]
) -> _SignedFields:
    """Raises `ValueError` where there is no From."""
    known = [name.rstrip(b" ").lower() for name in names]
    if b"from" not in known:
        raise ValueError("A message without From can't be signed.")
    # Of several fields with one name the last comes first (RFC 6376, section 5.4.2).
    backwards = list(reversed(list(enumerate(known))))
    wanted = dict.fromkeys((*SIGNED, *OVERSIGNED))
    indexes = [index for name in wanted for index, found in backwards if found == name]
    signed = [known[index] for index in indexes]
    opening = _opening(
        algorithm, domain, selector, sorted([*signed, *OVERSIGNED], key=[*wanted].index)
    )
    gaps = b"".join(b"%b:%%b\r\n" % name for name in signed)
    own = _unfolded(opening).partition(b": ")[2].replace(b"%", b"%%")
    return _SignedFields(opening, gaps + b"dkim-signature:" + own, tuple(indexes))


def _opening(algorithm: str, domain: str, selector: str, names: Iterable[bytes]) -> bytes:
    tags = [f" v=1; a={algorithm}-sha256; c=relaxed/simple;", f" d={domain};", f" s={selector};"]
    first, *others = ":\0".join(name.decode() for name in names).split("\0")
    return _folded(["DKIM-Signature:", *tags, f" h={first}", *others, ";"]).encode()


def _folded(words: Iterable[str]) -> str:
    """Joined, with a new line wherever one would grow too long."""
    lines = [""]
    for word in words:
        if lines[-1] and len(lines[-1]) + len(word) > FOLD_WIDTH:
            lines.append(" ")
            word = word.lstrip()
        lines[-1] += word
    return "\r\n".join(lines)


def _folded_base64(text: bytes) -> Iterable[bytes]:
    return (text[at : at + 72] for at in range(0, len(text), 72))


def _key(pem: bytes) -> RSAPrivateKey | Ed25519PrivateKey:
    try:
        key = load_pem_private_key(pem, password=None)
    except TypeError as error:
        raise ValueError("The DKIM key has a passphrase; it has to be stored without.") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        what = "a public key" if b"PUBLIC KEY" in pem else "no private key in PEM that can be read"
        raise ValueError(f"The DKIM key is {what}; `openssl genpkey` makes one.") from error
    if not isinstance(key, RSAPrivateKey | Ed25519PrivateKey):
        raise ValueError("The DKIM key is neither of RSA nor of Ed25519.")
    return key


def _name(text: str, what: str) -> str:
    """A name in DNS, in its ASCII form (`xn--…`)."""
    name = text.lower().removesuffix(".")
    if not _NAME.fullmatch(name) or len(name) > 253:
        raise ValueError(f"Not a {what} for DKIM, in ASCII: {text!r}")
    return name
