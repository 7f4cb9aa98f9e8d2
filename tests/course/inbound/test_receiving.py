"""Leaving by letter: every token that we sign is read back, however a mail program writes it."""

import io
import time
from base64 import b64encode
from email.header import Header

import pytest

from course.inbound.receiving import LARGEST, receive, subject, taken
from emails.tokens import Purpose
from tests.support import amounts
from tests.support.world import World

ERASED = "Nothing to do: the subscriber was erased."
IDS = (
    *amounts.spread(range(2001), 401),
    *(2**power + step for power in range(12, 31) for step in (-1, 0, 63)),
)

WAYS = (
    "leave {}", "Leave {}", "LEAVE {}", "Re: leave {}", "AW: Fwd: leave  {} ", "leave%20{}",
    "leave+{}", 'leave "{}"', "leave <{}>", "leave: {}", "leave {}.", "leave {}, please",
    "leave {}- thank you", "leave {}_", "[EXT] leave {}!", "leave {}AAAA", "“leave {}”",
)  # fmt: skip


def encoded(words: str) -> tuple[str, ...]:
    # A sign that is _ has to be encoded: by itself it means a blank (RFC 2047, section 4.2).
    quoted = {ord("_"): "=5F", ord(" "): "_"}
    pieces = [words[at : at + 9].translate(quoted) for at in range(0, len(words), 9)]
    base64 = b64encode(words.encode()).decode()
    return (
        words.replace(" ", "\n "),
        words.replace(" ", "\r\n\t"),
        f"=?UTF-8?B?{base64}?=",
        f"=?no-such-charset?b?{base64}?=",
        Header(f"Ünsubscribe {words}", "iso-8859-1", 40).encode(),
        "\n ".join(f"=?utf-8?q?{piece}?=" for piece in pieces),
    )


def heard(world: World, written: str | bytes) -> str:
    from course.db.transactions import transaction

    raw = written if isinstance(written, bytes) else f"Subject: {written}\n\n".encode()
    with transaction(world.runtime.engine) as session:
        return receive(session, world.runtime.links, raw, world.clock.now())


def token(world: World, id_: int) -> str:
    return world.runtime.signer.sign(Purpose.LEAVE, id_, world.clock.now())


def test_every_token_that_we_sign_is_read_back(world: World) -> None:
    tokens = {id_: token(world, id_) for id_ in IDS}
    assert {written[-1] for written in tokens.values()} >= {"-", "_", "A", "9"}
    assert {heard(world, f"leave {written}") for written in tokens.values()} == {ERASED}


def test_people_and_programs_write_it_in_many_ways(world: World) -> None:
    for id_ in (1, 130, 300, 777):
        ways = [way.format(token(world, id_)) for way in WAYS]
        assert [way for way in ways if heard(world, way) != ERASED] == []


def test_it_is_read_encoded_and_folded(world: World) -> None:
    for id_ in (1, 150, 300):
        ways = encoded(f"leave {token(world, id_)}")
        assert [way for way in ways if heard(world, way) != ERASED] == []


def test_the_first_subject_of_the_headers_counts_and_nothing_below_them(world: World) -> None:
    words = f"Subject: leave {token(world, 1)}\n".encode()
    assert heard(world, b"From a@example.org Fri Dec  4\nX-Subject: a\n" + words + b"\n") == ERASED
    assert "does not ask" in heard(world, b"Subject: hello\n\n" + words)
    assert "does not ask" in heard(world, b"From: a@example.org\n\n" + words)


def test_a_token_for_something_else_does_nothing(world: World) -> None:
    world.enroll()
    other = world.runtime.signer.sign(Purpose.PACE, 1, world.clock.now())
    before = world.rows()
    assert heard(world, f"leave {other}") == "Nothing done: the token is tampered."
    assert world.rows() == before


def test_a_token_that_ran_out_is_said_to_have(world: World) -> None:
    old = world.runtime.signer.sign(Purpose.LEAVE, 1, world.clock.now().replace(year=2025))
    world.clock.at = world.clock.at.replace(year=2033)
    assert heard(world, f"leave {old}") == "Nothing done: the token is expired."


def test_no_letter_is_written_in_answer_so_none_can_go_round(world: World) -> None:
    world.enroll()
    before = world.rows()["delivery"]
    robot = f"Return-Path: <>\nAuto-Submitted: auto-replied\nSubject: leave {token(world, 1)}\n\n"
    assert heard(world, robot.encode()) == "Enrollment 1 has left."
    assert heard(world, robot.encode()) == "Enrollment 1 has left."
    world.settle()
    assert len(world.rows()["delivery"]) == len(before)


@pytest.mark.parametrize(
    "written",
    [
        b"Subject: " + b"x" * 1_000_000,
        b"Subject: " + b"leave " * 200_000,
        b"Subject: leave" + b"%20" * 300_000,
        b"Subject: " + b"=?a?q?" * 200_000,
        b"Subject: " + b"=?utf-8?B?" + b"QUFB" * 300_000 + b"?=",
        b"Subject:" + b"\n =?utf-8?q?a?=" * 60_000,
        b"\n ".join([b"Subject: leave"] * 50_000),
        b"Subject:" + b"\n " * 500_000,
        b"\n" * 1_000_000,
        b"X:" * 500_000,
    ],
)
def test_a_monstrous_subject_takes_no_time(written: bytes) -> None:
    began = time.process_time()
    assert len(subject(taken(io.BytesIO(written)))) <= 4000
    assert time.process_time() - began < 0.5


def test_no_more_is_kept_than_a_letter_s_headers_need() -> None:
    stream = io.BytesIO(b"x" * 10 * LARGEST)
    assert len(taken(stream)) == LARGEST
    assert stream.read() == b""
