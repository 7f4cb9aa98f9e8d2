"""Mail that comes in: whatever it is, one sentence and an exit code that loses nothing."""

import os
import random
import time
from pathlib import Path

import pytest
from sqlmodel import Session

from course.db.transactions import transaction
from course.inbound.receiving import receive
from emails.tokens import Purpose
from tests.support import amounts
from tests.support.commands import run
from tests.support.world import World

# Ten thousand on both kinds of database together, and a tenth of them in `make test`.
EACH = amounts.of(5_000, 500)

ANSWERS = ("Nothing to do: ", "Nothing done: ", "Enrollment ")

SCRAPS = (
    b"Subject: ", b"subject:", b"SUBJECT :", b"leave ", b"Leave%20", b"=?utf-8?q?", b"=?utf-16?b?",
    b"=?idna?q?", b"=?zlib?b?", b"=?\0?q?", b"?=", b"=?utf-8?B?bGVhdmUg?=", b"\r\n", b"\n", b"\r",
    b"\n\n", b"\n ", b"\n\t", b"\0", b"\xff\xfe", b"\xe2\x80\xa8", b"=20", b"==", b"?", b"_",
    b"Content-Type: multipart/report;base64*1*\n", b"Content-Type: message/rfc822\n\n" * 40,
    b"Content-Type: multipart/mixed; boundary=a\n\n--a\n", b"From MAILER-DAEMON Fri Dec 4\n",
    b"Return-Path: <>\n", b"Auto-Submitted: auto-replied\n", b"X" * 2000, b":", b"\x1b[31m",
)  # fmt: skip

CRASHES = (
    b"Content-Type: multipart/report;base64*1*\nSubject: x\n\n",
    b"Content-Type: message/rfc822\n\n" * 3000,
    b"Content-Type: multipart/mixed; boundary=a\n\n--a\n" * 2000,
    b"",
)


def mutated(chance: random.Random, token: bytes) -> bytes:
    """A letter that asks to leave, with scraps put in and bytes turned."""
    raw = bytearray(b"From: a@example.org\nSubject: leave " + token + b"\nTo: b@example.org\n\n.\n")
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(raw))
        match chance.randrange(4):
            case 0:
                raw[at:at] = chance.choice(SCRAPS)
            case 1:
                raw[at] = chance.randrange(256)
            case 2:
                del raw[at : at + chance.randint(1, 30)]
            case _:
                raw[at:at] = raw[:at]
        raw = raw or bytearray(b"\n")
    return bytes(raw)


def heard(session: Session, world: World, raw: bytes) -> str:
    return receive(session, world.runtime.links, raw, world.clock.now())


def test_no_message_makes_it_fall(world: World) -> None:
    world.enroll()
    chance = random.Random(9)
    token = world.runtime.signer.sign(Purpose.LEAVE, 1, world.clock.now()).encode()
    began = time.process_time()
    with transaction(world.runtime.engine) as session:
        said = [heard(session, world, mutated(chance, token)) for _ in range(EACH)]
        said += [heard(session, world, raw) for raw in CRASHES]
    assert all(sentence.startswith(ANSWERS) and "\n" not in sentence for sentence in said)
    assert {"Enrollment 1 has left.", "Nothing done: the token is tampered."} < set(said)
    assert time.process_time() - began < 30


@pytest.mark.parametrize("raw", [CRASHES[0], b"Subject: " + b"=?a?q?" * 200_000])
def test_the_command_says_one_sentence_and_sends_nothing_back(
    raw: bytes, sqlite_template: Path, tmp_path: Path
) -> None:
    settings = {"state": str(tmp_path), "database_url": f"sqlite:///{sqlite_template}"}
    done = run("receive", stdin=raw.decode("latin-1"), **settings)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "Nothing to do: the subject does not ask to leave.\n"


def test_a_database_that_fails_in_its_own_words_is_asked_again(tmp_path: Path) -> None:
    (tmp_path / "letters.sqlite3").write_bytes(b"no database" * 1000)
    settings = {"state": str(tmp_path), "database_url": f"sqlite:///{tmp_path}/letters.sqlite3"}
    done = run("receive", stdin="Subject: leave it\n\n", **settings)
    assert done.returncode == os.EX_TEMPFAIL
    assert len(done.stderr.splitlines()) == 1
