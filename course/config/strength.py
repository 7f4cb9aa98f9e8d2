"""Whether secrets in the settings are strong enough. Nothing here repeats one."""

import re
from base64 import b64decode
from itertools import pairwise

from argon2 import Type, extract_parameters
from argon2.exceptions import InvalidHashError

SHORTEST_SECRET = 32
SHORTEST_TOKEN = 16

# OWASP's least for Argon2id, in KiB: the fewer passes, the more memory. And what no machine that
# checks a password should have to do.
LEAST_MEMORY = {1: 47104, 2: 19456, 3: 12288, 4: 9216, 5: 7168}
MOST_MEMORY, MOST_PASSES, MOST_LANES = 2**21, 100, 64

# RFC 9106, section 3.1, in bytes.
SHORTEST_SALT, SHORTEST_HASH = 16, 16

# Random ones have more: of 16 hexadecimal digits about ten.
FEWEST_SIGNS = 6

# What examples and templates say.
_EXAMPLES = re.compile(
    "change.?(me|this|it)|secret.?key|pass.?w(or)?d|example|placeholder|replace|your.?(own|secret)|"
    "insert|default|letterpath|token_urlsafe|qwert|abcdef|123456|some.?thing|random",
    re.IGNORECASE,
)


def weakness(secret: str, shortest: int) -> str | None:
    """Of a secret that was not drawn at random: what gives it away. None for all others."""
    if len(secret) < shortest:
        return f"needs at least {shortest} characters."
    if len(set(secret)) < FEWEST_SIGNS or _repeats_itself(secret):
        return "can be guessed: it says the same again and again."
    if _EXAMPLES.search(secret):
        return "can be guessed: it has words of an example in it."
    return None


def is_strong(hashed: str) -> bool:
    """A hash of Argon2id whose cost, salt and length are as good as OWASP asks for."""
    try:
        found = extract_parameters(hashed)
        salt, digest = (len(_bytes(part)) for part in hashed.split("$")[4:])
    except (InvalidHashError, ValueError):
        return False
    least = LEAST_MEMORY[max(1, min(found.time_cost, 5))]
    return (
        found.type is Type.ID
        and least <= found.memory_cost <= MOST_MEMORY
        and 1 <= found.time_cost <= MOST_PASSES
        and 1 <= found.parallelism <= MOST_LANES
        and salt >= SHORTEST_SALT
        and digest >= SHORTEST_HASH
    )


def _repeats_itself(secret: str) -> bool:
    """One piece over and over, or most characters followed by themselves or by their neighbours."""
    periods = range(1, len(secret) // 2 + 1)
    steps = [ord(after) - ord(before) for before, after in pairwise(secret)]
    is_run = any(steps.count(step) > len(steps) // 2 for step in (-1, 0, 1))
    return is_run or any(secret[period:] == secret[:-period] for period in periods)


def _bytes(text: str) -> bytes:
    """Base64 without its padding. Raises `ValueError`."""
    return b64decode(text + "=" * (-len(text) % 4), validate=True)
