"""What a seal (DKIM) adds to a letter: the same letters with none, by Ed25519, and by RSA-2048."""

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

UNSEALED = "without a seal"

Key = ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey


@contextmanager
def _open(hall: Hall) -> Iterator[Mapping[str, Run]]:
    keys: dict[str, Key] = {
        "Ed25519": ed25519.Ed25519PrivateKey.generate(),
        "RSA-2048": rsa.generate_private_key(65537, 2048),
    }
    makers = [partial(senders.letterpath_letters, letters=30_000, name=UNSEALED)]
    for name, key in keys.items():
        path = _written(key, hall.folder / f"{name}.pem")
        makers.append(partial(senders.letterpath_letters, letters=10_000, name=name, key=path))
    with contest(hall, fast_sink(hall), gathered([*makers], hall)) as runs:
        yield runs


def _written(key: Key, path: Path) -> Path:
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


SEAL = Measure(
    name="seal",
    summary="what a DKIM signature adds to a letter's CPU, into a sink that discards",
    unit="letter",
    reference=UNSEALED,
    of="sender",
    open=_open,
)
