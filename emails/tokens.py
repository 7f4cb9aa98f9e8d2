"""Short signed tokens: what a link may do, for whom, and since when.

Seen from outside, a token is 22 to 32 characters of the URL-safe base64 alphabet. Inside:

    purpose   1 byte
    id        1 to 8 bytes, seven bits each, the lowest first (a varint)
    issued    3 bytes, whole minutes since 2025-01-01 00:00 UTC (enough until 2056)
    mac       12 bytes, the beginning of an HMAC-SHA256 of all before it

96 bits can't be guessed by asking a web server, and leave room for a long base URL: the
unsubscribe link has to fit into 76 characters.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode
from binascii import b2a_base64
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from functools import lru_cache

from emails.errors import Expired, Tampered

EPOCH = datetime(2025, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LARGEST_ID = 2**56 - 1
SHORTEST_TOKEN, LONGEST_TOKEN = 22, 32
MAC = 12
BLOCK = 64  # of SHA-256, in bytes

_URL_SAFE = bytes.maketrans(b"+/", b"-_")

# The secret signs other things as well (sessions): these bytes keep them apart.
_SCOPE = b"letterpath token 1\0"


class Purpose(IntEnum):
    """What a token is for. The numbers are in letters that were sent: never give one again."""

    CONFIRM = 1
    REFLECT = 2
    PACE = 3
    LEAVE = 4
    VIEW = 5
    SAMPLER = 6
    JOURNAL = 7
    ERASE = 8
    LEAVE_COURSE = 9
    LEAVE_NEWSLETTER = 10
    CONFIRM_NEWSLETTER = 11
    PREFERENCES = 12
    RETURN_TO_COURSE = 13
    RETURN_TO_NEWSLETTER = 14


_PURPOSES = {purpose: bytes([purpose]) for purpose in Purpose}


class Signer:
    """Signs and reads tokens with one secret."""

    def __init__(self, secret: str) -> None:
        # HMAC by its definition (RFC 2104), prepared once: every letter needs five.
        key = secret.encode()
        key = hashlib.sha256(key).digest() if len(key) > BLOCK else key
        block = key.ljust(BLOCK, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block) + _SCOPE)
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def sign(self, purpose: Purpose, id: int, now: datetime) -> str:  # noqa: A002
        """At most 32 characters. `id` is from 0 to 2**56 - 1, or it is a `ValueError`."""
        if not 0 <= id <= LARGEST_ID:
            raise ValueError(f"no token can hold the id {id}")
        claim = _PURPOSES[purpose] + _varint(id) + _minutes(now)
        return _text(claim + self._sign(claim))

    def read(self, token: str, purpose: Purpose, now: datetime, max_age: timedelta) -> int:
        """The id that was signed. Raises `Tampered` or `Expired`.

        Age is counted in whole minutes, so a token may live up to a minute longer.
        """
        claim = self._claim(token)
        if claim[0] != purpose:
            raise Tampered("a token for another purpose")
        issued = _issued_at(claim)
        if (now - issued) // MINUTE * MINUTE > max_age:
            raise Expired(f"a token of {issued:%Y-%m-%d %H:%M} UTC")
        return _number(claim[1:-3])

    def purpose(self, token: str) -> Purpose:
        """What it is for. Raises `Tampered`."""
        try:
            return Purpose(self._claim(token)[0])
        except ValueError as error:
            raise Tampered("a token for no purpose") from error

    def issued_at(self, token: str) -> datetime:
        """The minute it was signed in, UTC. Raises `Tampered`."""
        return _issued_at(self._claim(token))

    def _claim(self, token: str) -> bytes:
        """The part that was signed, once the signature holds."""
        data = _bytes(token)
        claim, mac = data[:-MAC], data[-MAC:]
        if len(claim) < 5 or not hmac.compare_digest(mac, self._sign(claim)):
            raise Tampered("not a token of ours")
        return claim

    def _sign(self, claim: bytes) -> bytes:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(claim)
        outer.update(inner.digest())
        return outer.digest()[:MAC]


@lru_cache(maxsize=64)
def _minutes(now: datetime) -> bytes:
    return max(0, (now - EPOCH) // MINUTE).to_bytes(3, "big")


def _issued_at(claim: bytes) -> datetime:
    return EPOCH + int.from_bytes(claim[-3:], "big") * MINUTE


def _text(data: bytes) -> str:
    return b2a_base64(data, newline=False).translate(_URL_SAFE, b"=").decode()


def _bytes(token: str) -> bytes:
    if len(token) > LONGEST_TOKEN or not token.isascii():
        raise Tampered("not a token")
    try:
        data = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError as error:
        raise Tampered("not a token") from error
    # base64 has spare bits and skips what it doesn't know; a token has one spelling only.
    if _text(data) != token:
        raise Tampered("not a token as we write them")
    return data


@lru_cache(maxsize=16)  # a letter has several links for one id
def _varint(number: int) -> bytes:
    data = bytearray()
    while number > 0x7F:
        data.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*data, number])


def _number(data: bytes) -> int:
    return sum((byte & 0x7F) << (7 * place) for place, byte in enumerate(data))
