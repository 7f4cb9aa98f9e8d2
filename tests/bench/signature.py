"""What a DKIM signature adds to a letter: with none, with one of each kind, and with both."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.bench import senders
from tests.bench.contest import Run
from tests.bench.measure import Hall, Measure, gathered
from tests.bench.sending import contest
from tests.bench.sinks import fast_sink

UNSIGNED = "without a signature"

# The same for all: what is done once, for the first letter, is no part of the difference.
LETTERS = 20_000

Key = ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey


@contextmanager
def _open(hall: Hall) -> Iterator[Mapping[str, Run]]:
    ed25519_ = _written(ed25519.Ed25519PrivateKey.generate(), hall.folder / "ed25519.pem")
    rsa_ = _written(rsa.generate_private_key(65537, 2048), hall.folder / "rsa.pem")
    signed = {UNSIGNED: "", "Ed25519": ed25519_, "RSA-2048": rsa_, "both": f"{ed25519_} {rsa_}"}
    makers = [
        partial(senders.letterpath_letters, letters=LETTERS, name=name, keys=keys)
        for name, keys in signed.items()
    ]
    with contest(hall, fast_sink(hall), gathered([*makers], hall)) as runs:
        yield runs


def _written(key: Key, path: Path) -> str:
    """The key as the product's settings name it."""
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return f"{path.stem}:{path}"


SIGNATURE = Measure(
    name="signature",
    summary="what a DKIM signature adds to a letter's CPU, into a sink that discards",
    unit="letter",
    reference=UNSIGNED,
    of="sender",
    open=_open,
)
