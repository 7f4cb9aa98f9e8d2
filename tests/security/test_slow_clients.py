"""Who sends or reads slowly holds nobody else: not directly, and behind no proxy that we show."""

import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.security import site

MANY = 40

LAST = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"

FORM = b"POST /courses/emotional-safety/sign-ups HTTP/1.1\r\nHost: letters.example.org\r\n"
TYPE = b"Content-Type: application/x-www-form-urlencoded\r\n"
SLOW = {
    "nothing": b"",
    "half a line": b"POST /courses/emo",
    "half a header": FORM + b"Content-Ty",
    "half a form": FORM + TYPE + b"Content-Length: 500\r\n\r\naddress=m",
    "half a chunk": FORM + TYPE + b"Transfer-Encoding: chunked\r\n\r\n1f4\r\naddress=m",
    "no last chunk": FORM + TYPE + b"Transfer-Encoding: chunked\r\n\r\n9\r\naddress=m\r\n",
    "no form": FORM + TYPE + b"Expect: 100-continue\r\nContent-Length: 500\r\n\r\n",
    "a long form": FORM + TYPE + b"Content-Length: 900000\r\n\r\n" + b"a" * 300_000,
}


@pytest.fixture(scope="module")
def served(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of the product's own web server."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(sqlite_template, folder / "letterpath.sqlite3")
    with site.gunicorn(folder, folder / "letterpath.sqlite3") as port:
        yield port


@pytest.fixture(scope="module", params=["directly", "caddy", "nginx"])
def front(
    served: int, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[int]:
    """The port that visitors come to."""
    folder = tmp_path_factory.mktemp(request.param)
    with ExitStack() as stack:
        if request.param != "directly":
            served = stack.enter_context(getattr(site, request.param)(folder, served))
        yield served


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("impatient")
    config = "python:tests.security.impatient"
    with site.gunicorn(folder, folder / "none", "tests.security.impatient:app", config) as port:
        yield port


@pytest.mark.parametrize("sent", SLOW.values(), ids=SLOW)
def test_forty_who_send_slowly_hold_nobody(
    front: int, sent: bytes, request: pytest.FixtureRequest
) -> None:
    with ExitStack() as stack:
        for _ in range(MANY):
            stack.enter_context(site.opened(front, sent))
        assert site.asked(front, "/healthz")[0].status == 200
        assert site.signed_up(front, request.node.name) == 303


def test_forty_who_do_not_take_their_answers_hold_nobody(
    front: int, request: pytest.FixtureRequest
) -> None:
    asking = b"GET /static/letterpath.css HTTP/1.1\r\nHost: letters.example.org\r\n\r\n" * 50
    with ExitStack() as stack:
        for _ in range(MANY):
            stack.enter_context(site.opened(front, asking, receive_buffer=4096))
        assert site.asked(front, "/healthz")[0].status == 200
        assert site.signed_up(front, request.node.name) == 303


def test_forty_who_never_hang_up_hold_nobody(front: int) -> None:
    asking = b"GET /healthz HTTP/1.0\r\nHost: letters.example.org\r\n\r\n"
    with ExitStack() as stack:
        for _ in range(MANY):
            stack.enter_context(site.opened(front, asking))
        assert site.asked(front, "/healthz")[0].status == 200


def test_a_form_that_comes_byte_by_byte_is_read(impatient: int) -> None:
    with site.opened(impatient) as client:
        for byte in LAST + b"Content-Length: 5\r\n\r\nslow!":
            client.send(bytes([byte]))
        assert b"slow!" in b"".join(iter(lambda: client.recv(1000), b""))


def test_requests_that_come_together_are_answered_in_turn(impatient: int) -> None:
    one = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n"
    with site.opened(impatient, one, b"one", one, b"two", LAST + b"\r\n") as client:
        said = b"".join(iter(lambda: client.recv(1000), b""))
    assert said.count(b"HTTP/1.1 200") == 3
    assert said.index(b"one") < said.index(b"two")


def test_who_sends_no_request_for_too_long_is_hung_up_on(impatient: int) -> None:
    with site.opened(impatient, b"GET / HTTP/1.1\r\nHost") as client:
        assert client.recv(1) == b""


def test_where_there_are_too_many_the_slowest_goes_first(impatient: int) -> None:
    with ExitStack() as stack:
        for _ in range(60):
            stack.enter_context(site.opened(impatient, b"GET / HT"))
        assert site.asked(impatient, "/7")[1] == "xxxxxxx"


def test_a_large_answer_is_whole(impatient: int) -> None:
    assert len(site.asked(impatient, "/5000000")[1]) == 5_000_000


def test_what_nobody_can_need_is_refused_before_it_is_read(impatient: int) -> None:
    huge = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000000\r\n\r\n"
    with site.opened(impatient, huge) as client:
        assert client.recv(1000).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/9.9\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nno header\r\n\r\n", b"400"),
        (b"GET /" + b"a" * 3000 + b" HTTP/1.1\r\n\r\n", b"414"),
        (b"GET / HTTP/1.1\r\nHost: letters.example.org\r\n" + b"a: b\r\n" * 99 + b"\r\n", b"431"),
        (b"GET / HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n", b"413"),
    ],
)
def test_what_is_refused_before_a_page_is_asked_has_its_headers_too(
    served: int, sent: bytes, status: bytes
) -> None:
    with site.opened(served, sent) as client, client.makefile("rb") as file:
        head = file.read().partition(b"\r\n\r\n")[0]
    assert head.split()[1] == status
    for header in (b"; charset=", b"nosniff", b"Strict-Transport-Security: max-age=31536000"):
        assert header in head


def test_who_is_asked_to_stop_waits_for_nobody(sqlite_template: Path, tmp_path: Path) -> None:
    with ExitStack() as stack:
        with site.gunicorn(tmp_path, sqlite_template) as port:
            slow: list[socket.socket] = [
                stack.enter_context(site.opened(port, sent)) for sent in SLOW.values()
            ]
            site.asked(port, "/healthz")
            begun = time.monotonic()
        assert time.monotonic() - begun < 20  # gunicorn itself would give them thirty seconds
    assert slow
