"""Secrets that are none are refused, and not repeated."""

import pytest

from tests.course.config.test_settings import GOOD, problems

SEALED = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIHush\n-----END PRIVATE KEY-----"


@pytest.mark.parametrize(
    "keys", [SEALED, f"letters1:{SEALED}", "letters1:MC4CAQAwBQYDK2VwBCIEIHush",
             "letters1:/dev/zero", "letters1:/etc", "le_Hush:/etc/hostname", "letters1:no/Hush"]
)  # fmt: skip
def test_a_key_that_was_pasted_is_not_repeated(keys: str) -> None:
    said = problems(**{**GOOD, "dkim_keys": keys})
    assert said.startswith("LETTERPATH_DKIM_KEYS can't be used: ")
    assert "hush" not in said.lower()


@pytest.mark.parametrize(
    "secret",
    ["a" * 32, "ab" * 32, "abcdefgh" * 4, "0123456789" * 4, "changeme-changeme-changeme-change",
     "abcdefghijklmnopqrstuvwxyz0123456789", "please-change-this-secret-key-please-now",
     "my-very-long-password-for-letterpath", " " * 40],
)  # fmt: skip
def test_a_secret_that_can_be_guessed_is_refused_and_not_repeated(secret: str) -> None:
    said = problems(**{**GOOD, "secret_key": secret})
    assert said.startswith("LETTERPATH_SECRET_KEY ")
    assert secret not in said


@pytest.mark.parametrize(
    "hashed",
    [
        "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$AAAAAA",
        "$argon2id$v=19$m=65536,t=3,p=4$c29tZQ$" + "A" * 43,
        "$argon2id$v=19$m=65536,t=3,p=4$!!!!!!!!!!!!!!!!!!!!!!$" + "A" * 43,
        "$argon2id$v=19$m=4294967295,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43,
        "$argon2id$v=19$m=65536,t=4294967295,p=4$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43,
    ],
)
def test_a_hash_that_checks_nothing_or_for_ever_is_refused(hashed: str) -> None:
    assert "strong argon2id" in problems(**{**GOOD, "admin_password_hash": hashed})
