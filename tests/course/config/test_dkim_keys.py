"""Letters are signed with the keys that the settings name; what can't be used stops the start."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from course.config.dkim_keys import signers
from course.config.loader import load
from course.config.settings import ConfigError
from course.operations.doctor import trial_letter
from emails.transports.transport import Receipt
from tests.support.commands import run
from tests.support.terminal import url
from tests.support.world import World
from tests.support.worlds import make

Key = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


def stored(folder: Path, name: str, key: Key) -> Path:
    path = folder / name
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


@pytest.fixture
def keys(tmp_path: Path) -> str:
    """The setting, with a key of each kind, one of them in a folder with a space in its name."""
    folder = tmp_path / "our keys"
    folder.mkdir()
    first = stored(tmp_path, "first.pem", rsa.generate_private_key(65537, 2048))
    second = stored(folder, "second.pem", ed25519.Ed25519PrivateKey.generate())
    return f"letters1:{first} letters2:{second}"


def signing(world: World, keys: str, state: Path) -> World:
    """The same world with keys, and today: a signature of the future holds nowhere."""
    sealing = make(url(world), state, dkim_keys=keys)
    sealing.clock.at = datetime.now(UTC) - timedelta(minutes=1)
    return sealing


def published(keys: str) -> Callable[..., bytes]:
    """What DNS answers once the operator has done what `letterpath dkim` says."""
    records = {f"{signer.name}.": signer.record() for signer in signers(keys, "example.org")}
    return lambda name, timeout=5: records.get(name.decode(), "").encode()  # noqa: ARG005


def hold(raw: bytes, keys: str) -> list[bool]:
    """Of each signature whether it holds."""
    number = raw.partition(b"\r\n\r\n")[0].count(b"DKIM-Signature:")
    return [dkim.DKIM(raw).verify(idx=at, dnsfunc=published(keys)) for at in range(number)]


def test_every_letter_bears_a_seal_of_each_key(world: World, keys: str, tmp_path: Path) -> None:
    sealing = signing(world, keys, tmp_path)
    sealing.enroll()
    assert len(sealing.raw()) == 2
    assert [hold(raw, keys) for raw in sealing.raw()] == [[True, True]] * 2


def test_the_test_letter_bears_them_as_well(world: World, keys: str, tmp_path: Path) -> None:
    sealing = signing(world, keys, tmp_path)
    assert isinstance(trial_letter.send(sealing.runtime, "ada@example.org"), Receipt)
    assert hold(sealing.raw()[-1], keys) == [True, True]


def test_without_a_key_letters_are_as_they_were(world: World) -> None:
    world.enroll()
    assert not any(b"DKIM-Signature" in raw for raw in world.raw())


@pytest.mark.parametrize(
    ("setting", "complaint"),
    [
        ("letters1:/nowhere/key.pem", "/nowhere/key.pem can't be read: No such file or directory."),
        ("letters1", "'letters1' names no file: it is selector:path."),
        ("_:{key}", "Not a selector for DKIM"),
        ("letters1:{certificate}", "no private key in PEM"),
    ],
)
def test_a_key_that_cannot_be_used_stops_the_start(
    setting: str, complaint: str, tmp_path: Path
) -> None:
    (tmp_path / "certificate").write_text("-----BEGIN CERTIFICATE-----")
    key = stored(tmp_path, "key", ed25519.Ed25519PrivateKey.generate())
    files = {"certificate": tmp_path / "certificate", "key": key}
    with pytest.raises(ConfigError) as caught:
        load(dkim_keys=setting.format(**files), state=tmp_path)
    (problem,) = caught.value.problems
    assert problem.startswith("LETTERPATH_DKIM_KEYS can't be used: ")
    assert complaint in problem


def test_the_records_for_dns_are_shown(keys: str, tmp_path: Path) -> None:
    settings = {"state": str(tmp_path), "mail_from": "letters@example.org"}
    shown = run("dkim", dkim_keys=keys, **settings)
    assert (shown.returncode, shown.stderr) == (0, "")
    for signer in signers(keys, "example.org"):
        assert f"\n{signer.name}\n{signer.record()}\n" in shown.stdout
    assert "openssl genpkey" in run("dkim", **settings).stdout


def test_the_doctor_names_the_keys(world: World, keys: str) -> None:
    done = run("doctor", database_url=url(world), mail_from="letters@example.org", dkim_keys=keys)
    names = "letters1._domainkey.example.org and letters2._domainkey.example.org"
    assert f"fine    dkim: letters are signed by {names}." in done.stdout
